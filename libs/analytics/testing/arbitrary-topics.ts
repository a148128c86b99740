/** Test support: lives of forums, as events and as what has become of their topics. */
import type { CommunityEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { communityEvent, forumCategoryIdOf, memberIdOf, postIdOf, topicIdOf } from './community-story.js';

export const locales = ['en', 'fr', 'pl'];
export const categories = [1, 2].map(forumCategoryIdOf);
/** The lives end before this minute: some questions are older than two days then. */
export const lastMinute = 100 * 60;

const whatIsDone = [
  ...(['release', 'hide', 'restore', 'remove', 'accept', 'unaccept', 'vote', 'unvote', 'void'] as const),
  ...(['move', 'translate', 'merge', 'unmerge'] as const),
];
interface Step {
  readonly do: 'write' | (typeof whatIsDone)[number];
  readonly minute: number;
  /** Of the topic, of its post, of the member, and what else is chosen: each among as many as there are. */
  readonly topic: number;
  readonly post: number;
  readonly member: number;
  readonly chance: number;
  readonly official: boolean;
  readonly held: boolean;
}

const minute = fc.integer({ min: 0, max: lastMinute - 1 });
const member = fc.integer({ min: 1, max: 3 });
const often = (weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) });
const step: fc.Arbitrary<Step> = fc.record({
  do: fc.oneof(
    { weight: 2, arbitrary: fc.constant('write' as const) },
    { weight: 3, arbitrary: fc.constantFrom(...whatIsDone) },
  ),
  ...{ minute, topic: fc.nat(5), post: fc.nat(5), member, chance: fc.nat(5), official: often(4), held: often(3) },
});
const beginning = fc.record({
  ...{ minute, member, official: often(4), held: often(3) },
  locale: fc.constantFrom(...locales),
  category: fc.constantFrom(...categories),
  kind: fc.constantFrom('question' as const, 'question' as const, 'question' as const, 'discussion' as const),
});
type Beginning = typeof beginning extends fc.Arbitrary<infer T> ? T : never;

export interface Life {
  readonly topics: readonly Beginning[];
  /** In the order in which they happen. */
  readonly steps: readonly Step[];
}

export const someLife: fc.Arbitrary<Life> = fc
  .record({
    topics: fc.array(beginning, { minLength: 1, maxLength: 5 }),
    steps: fc.array(step, { maxLength: 45 }),
  })
  .map(({ topics, steps }) => ({ topics, steps: steps.toSorted((a, b) => a.minute - b.minute) }));

export interface Post {
  readonly member: number;
  readonly official: boolean;
  state: 'visible' | 'held' | 'hidden' | 'removed';
  /** When it was first visible. */
  shown: number | undefined;
  accepted: boolean;
  readonly voters: Set<number>;
}
export interface Topic {
  readonly number: number;
  readonly kind: string;
  category: string;
  locale: string;
  into: Topic | undefined;
  readonly posts: Post[];
}

/** Lives a life: what the rules of a forum forbid is left out. Events are in order within each stream. */
export class LivedForum {
  readonly events: RecordedEvent[] = [];
  readonly topics: Topic[];

  constructor({ topics, steps }: Life) {
    this.topics = topics.map((begun, i) => this.begin(i + 1, begun));
    for (const each of steps) this.live(each);
  }

  private tell<Type extends keyof CommunityEventData>(
    type: Type,
    at: number,
    data: Omit<CommunityEventData[Type], 'at'>,
    voter?: number,
  ): void {
    this.events.push(communityEvent(type, at, data, voter));
  }

  private begin(number: number, { minute: at, member: by, official, held, locale, category, kind }: Beginning): Topic {
    this.tell('TopicStarted', at, {
      ...{ topicId: topicIdOf(number), postId: postIdOf(number, 0), number, categoryId: category, kind, locale },
      ...{ memberId: memberIdOf(by), titleLength: 5, bodyLength: 50, official, held },
    });
    const first = newPost(at, { member: by, official, held });
    return { number, kind, category, locale, into: undefined, posts: [first] };
  }

  private live(each: Step): void {
    const merged = this.topics.filter(({ into }) => into !== undefined);
    const among = each.do === 'unmerge' && merged.length > 0 ? merged : this.topics;
    const topic = among[each.topic % among.length];
    if (!topic) throw new Error('There is no topic.');
    const begun = topic.posts[0]?.shown ?? 0;
    const at = Math.max(each.minute, begun);
    // Those that the step can be about, where there are any: else most steps would do nothing.
    const state = each.do === 'release' ? 'held' : each.do === 'restore' ? 'hidden' : undefined;
    const fitting = topic.posts.flatMap((one, i) => (one.state === state ? [i] : []));
    const place = fitting[each.post % fitting.length] ?? each.post % topic.posts.length;
    const post = topic.posts[place];
    const of = { topicId: topicIdOf(topic.number), postId: postIdOf(topic.number, place) };
    if (each.do === 'write') return this.write(topic, at, each);
    if (each.do === 'move' || each.do === 'translate' || each.do === 'merge' || each.do === 'unmerge')
      return this.arrange(topic, at, { ...each, do: each.do });
    if (post) this.treat(post, { ...each, do: each.do, minute: at, isFirst: place === 0 }, of);
  }

  private write(topic: Topic, at: number, { member: by, official, held }: Step): void {
    const postId = postIdOf(topic.number, topic.posts.length);
    const said = { memberId: memberIdOf(by), bodyLength: 20, official, held };
    this.tell('PostAdded', at, { topicId: topicIdOf(topic.number), postId, ...said });
    topic.posts.push(newPost(at, { member: by, official, held }));
  }

  private treat(
    post: Post,
    { do: doing, minute: at, member: voter, isFirst, held }: Step & { readonly isFirst: boolean },
    of: { readonly topicId: string; readonly postId: string },
  ): void {
    const { state } = post;
    const show = (type: 'PostReleased' | 'PostRestored') => {
      this.tell(type, at, of);
      post.state = 'visible';
      post.shown ??= at;
    };
    const conceal = (type: 'PostHidden' | 'PostRemovedByAuthor') => {
      this.tell(type, at, of);
      post.state = type === 'PostHidden' ? 'hidden' : 'removed';
      if (post.accepted) unaccept('not-visible');
    };
    const unaccept = (why: 'not-visible' | 'withdrawn') => {
      this.tell('AnswerUnaccepted', at, { ...of, why });
      post.accepted = false;
    };
    if (doing === 'release' && state === 'held') show('PostReleased');
    if (doing === 'restore' && state === 'hidden') show('PostRestored');
    if (doing === 'hide' && (state === 'visible' || state === 'held')) conceal('PostHidden');
    if (doing === 'remove' && state !== 'removed') conceal('PostRemovedByAuthor');
    if (doing === 'accept' && state === 'visible' && !isFirst && !post.accepted) {
      this.tell('AnswerAccepted', at, { ...of, by: held ? 'moderator' : 'author' });
      post.accepted = true;
    }
    if (doing === 'unaccept' && post.accepted) unaccept('withdrawn');
    if (doing === 'vote' && !post.voters.has(voter)) {
      this.tell('VoteCast', at, of, voter);
      post.voters.add(voter);
    }
    const [voted] = post.voters;
    if ((doing === 'unvote' || doing === 'void') && voted !== undefined) {
      this.tell(doing === 'void' ? 'VoteVoided' : 'VoteWithdrawn', at, of, voted);
      post.voters.delete(voted);
    }
  }

  private arrange(topic: Topic, at: number, { do: doing, chance }: Step): void {
    const topicId = topicIdOf(topic.number);
    if (doing === 'move') {
      const categoryId = categories[chance % categories.length] ?? topic.category;
      this.tell('TopicMoved', at, { topicId, fromCategoryId: topic.category, categoryId });
      topic.category = categoryId;
    }
    if (doing === 'translate') {
      topic.locale = locales[chance % locales.length] ?? topic.locale;
      this.tell('TopicLanguageCorrected', at, { topicId, locale: topic.locale });
    }
    const into = this.topics[chance % this.topics.length];
    if (doing === 'merge' && into && topic.into === undefined && rootOf(into) !== topic) {
      this.tell('TopicMerged', at, { topicId, intoTopicId: topicIdOf(into.number) });
      topic.into = into;
    }
    if (doing === 'unmerge' && topic.into) {
      this.tell('TopicUnmerged', at, { topicId, fromTopicId: topicIdOf(topic.into.number) });
      topic.into = undefined;
    }
  }
}

const newPost = (at: number, { held, ...by }: Pick<Step, 'member' | 'official' | 'held'>): Post => ({
  ...{ ...by, state: held ? 'held' : 'visible', shown: held ? undefined : at, accepted: false, voters: new Set() },
});

/** The topic that shows its posts. */
export const rootOf = (topic: Topic): Topic => (topic.into ? rootOf(topic.into) : topic);
