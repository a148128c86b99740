import { setTimeout as pause } from 'node:timers/promises';
import type { Connect, Wanted } from './connect.js';
import type { DemoForum, ForumAgent, ForumCategory, ForumMember, ForumPost, ForumTopic } from './forum.js';
import { eachOf, Hand } from './hand.js';

/** People who join at the same time. */
const joinAtOnce = 8;
/** Topics that are written in at the same time. Most of them wait for somebody who has just written elsewhere. */
const writeAtOnce = 16;
/** Between two posts of a member of level 2: who writes sooner is refused. Agents need not wait. */
const pauseMs = 5_000;

interface Joined {
  readonly memberId: string;
}
interface Started {
  readonly topicId: string;
  /** Of the first post. */
  readonly postId: string;
}
interface Posted {
  readonly postId: string;
}

/**
 * The demo's forum, written by its members and agents. A repetition finds each command done already.
 * @throws ApiError for what the services refuse; the signal's reason when it is ended
 */
export async function seedForum(connect: Connect, forum: DemoForum, signal: AbortSignal): Promise<void> {
  const handOf = (wanted: Wanted, base = '/community/v1') => new Hand(connect(wanted), base, 'demo-forum', signal);
  const admin = handOf({ role: 'admin' }, '/identity/v1');
  const moderator = handOf({ role: 'supervisor' });
  const categories = await createCategories(moderator, forum.categories);
  const writers = new Map<string, Writer>();
  await eachOf(forum.members, joinAtOnce, async ({ handle, locale, level }: ForumMember) => {
    const email = `${handle}@example.com`;
    await admin.post('/people', handle, { email, name: handle, locale, roles: ['requester'] });
    const hand = handOf({ role: 'requester', person: email });
    const { memberId } = await hand.post<Joined>('/me/handle', handle, { handle, locale });
    if (level > 0) await moderator.send('PUT', `/members/${memberId}/level`, handle, { level });
    writers.set(handle, new Writer(hand, pauseMs, signal));
  });
  await eachOf(forum.agents, joinAtOnce, async ({ handle, locale, email }: ForumAgent) => {
    const hand = handOf({ role: 'agent', person: email });
    await hand.post('/me/handle', handle, { handle, locale });
    writers.set(handle, new Writer(hand, 0, signal));
  });
  const conversations = new Conversations(writers, moderator, categories);
  await eachOf(forum.topics, writeAtOnce, (topic) => conversations.hold(topic));
  await conversations.merge(forum.topics);
}

/** Ids by key. */
async function createCategories(
  moderator: Hand,
  categories: readonly ForumCategory[],
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const [at, { key, names }] of categories.entries()) {
    const [[locale, name], ...others] = Object.entries(names) as [[string, string], ...[string, string][]];
    const { categoryId } = await moderator.post<{ categoryId: string }>('/categories', key, {
      ...{ name, locale, place: at + 1 },
    });
    ids.set(key, categoryId);
    for (const [language, said] of others)
      await moderator.send('PUT', `/categories/${categoryId}/names/${language}`, key, { name: said });
  }
  return ids;
}

/** Somebody who writes one post after the other, with a pause between them. */
class Writer {
  private turns: Promise<unknown> = Promise.resolve();
  private freeAt = 0;

  constructor(
    readonly hand: Hand,
    private readonly pauseMs: number,
    private readonly signal: AbortSignal,
  ) {}

  write<T>(path: string, wish: string, body: object): Promise<T> {
    const turn = this.turns.then(async () => {
      const waitMs = this.freeAt - performance.now();
      if (waitMs > 0) await pause(waitMs, undefined, { signal: this.signal });
      const answer = await this.hand.post<T>(path, wish, body);
      this.freeAt = performance.now() + this.pauseMs;
      return answer;
    });
    this.turns = turn.catch(() => undefined); // told to who asked for it; the next one is tried all the same
    return turn;
  }
}

class Conversations {
  /** By the `id` of the topic. */
  private readonly topicIds = new Map<string, string>();

  constructor(
    private readonly writers: ReadonlyMap<string, Writer>,
    private readonly moderator: Hand,
    private readonly categories: ReadonlyMap<string, string>,
  ) {}

  /** All that is said in a topic, in its order. */
  async hold(topic: ForumTopic): Promise<void> {
    const { id, locale, category, kind, by, title, text, posts = [] } = topic;
    const begun = { categoryId: found(this.categories, category), locale, title, body: text };
    const { topicId, postId } = await this.writerOf(by).write<Started>('/topics', id, { ...begun, kind });
    this.topicIds.set(id, topicId);
    await this.vote(postId, id, topic.votes);
    const ids = new Map<string, string>();
    for (const [at, post] of posts.entries()) await this.post(topic, post, `${id}/${at + 1}`, ids);
    if (topic.pinned) await this.moderator.post(`/topics/${topicId}/pin`, id);
    if (topic.locked) await this.moderator.post(`/topics/${topicId}/lock`, id);
  }

  async merge(topics: readonly ForumTopic[]): Promise<void> {
    for (const { id, merged } of topics) {
      if (merged === undefined) continue;
      const intoTopicId = found(this.topicIds, merged);
      await this.moderator.post(`/topics/${found(this.topicIds, id)}/merge`, id, { intoTopicId });
    }
  }

  /** @param ids of the topic's posts, by their `id` */
  private async post(topic: ForumTopic, post: ForumPost, wish: string, ids: Map<string, string>): Promise<void> {
    const { id, to, by, text, accepted, votes } = post;
    const path = `/topics/${found(this.topicIds, topic.id)}/posts`;
    const body = { body: text, ...(to !== undefined && { replyTo: found(ids, to) }) };
    const { postId } = await this.writerOf(by).write<Posted>(path, wish, body);
    if (id !== undefined) ids.set(id, postId);
    await this.vote(postId, wish, votes);
    if (accepted) await this.writerOf(topic.by).hand.post(`/posts/${postId}/acceptance`, wish);
  }

  private async vote(postId: string, wish: string, handles: readonly string[] = []): Promise<void> {
    for (const handle of handles) await this.writerOf(handle).hand.post(`/posts/${postId}/vote`, `${wish}/${handle}`);
  }

  private writerOf(handle: string): Writer {
    return found(this.writers, handle);
  }
}

/** @throws RangeError for what the files name and do not have */
function found<T>(all: ReadonlyMap<string, T>, key: string): T {
  const one = all.get(key);
  if (one === undefined) throw new RangeError(`The demo's forum has nothing that is called ${key}.`);
  return one;
}
