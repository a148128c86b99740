import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { forumDecider } from '../forum/forum.js';
import { Holding } from '../holding/holding.store.js';
import { mustFit } from '../member/writing.js';
import { Posts } from '../topics/posts.query.js';
import type { Acting } from './acting.js';
import { Actors, asMember, type Caller } from './actors.store.js';
import { contentsOf } from './contents.js';
import { type TopicCommand, topicDecider } from './decide.js';
import type { Topic } from './topic.js';
import type { DataOf } from './topic-events.js';
import { mustSee, postOf, unknownPost } from './refusals.js';

type OfPost = { readonly postId: string; readonly at: string };

/** What people do to a post that is there. */
export type PostWork =
  | {
      readonly type: 'EditPost';
      readonly data: OfPost & { readonly body: string; readonly reason?: string; readonly edition?: number };
    }
  | { readonly type: 'RemovePost'; readonly data: OfPost }
  | { readonly type: 'AcceptAnswer'; readonly data: OfPost }
  | { readonly type: 'UnacceptAnswer'; readonly data: OfPost & { readonly why: 'withdrawn' | 'no-longer-works' } }
  | { readonly type: 'DoubtAnswer'; readonly data: OfPost & { readonly version?: string } };

/** `edition`: of the post, which is what it says now. */
export type WorkedOnPost = CommandResult & { readonly edition: number };

export class WorkOnPost extends Command<WorkedOnPost> {
  constructor(
    readonly work: PostWork,
    readonly caller: Caller,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(WorkOnPost)
export class PostHandler implements ICommandHandler<WorkOnPost> {
  constructor(
    private readonly events: EventStore,
    private readonly actors: Actors,
    private readonly posts: Posts,
    private readonly holding: Holding,
  ) {}

  /**
   * @throws DomainError 404 `unknown-post`, also for one that is not for the caller; and what `decide` refuses
   * @throws Problem 409 `not-a-member`
   */
  async execute({ work, caller, options }: WorkOnPost): Promise<WorkedOnPost> {
    const { tenantId } = caller;
    const { postId, at } = work.data;
    const topicId = await this.posts.topicOf(tenantId, postId);
    if (topicId === undefined) throw unknownPost();
    const result = await this.events.once(options, async () => {
      const { topic, category } = await this.actors.readable(caller, topicId);
      const by = await this.actors.arranger(caller, category, at);
      mustSee(topic, postId, by);
      if (work.type === 'EditPost') return this.edit(work.data, topicId, topic, by, caller, asMember(options, by));
      const command = await this.commandOf(work, topicId, by, tenantId);
      return this.events.transact(topicDecider, topicId, command, asMember(options, by));
    });
    const { state } = await this.events.load(topicDecider, tenantId, topicId);
    return { ...result, edition: editionIn(result.events) ?? postOf(state, postId).edition };
  }

  /** What is changed is looked at like what is new. */
  private async edit(
    data: Extract<PostWork, { type: 'EditPost' }>['data'],
    topicId: string,
    topic: Topic,
    by: Acting,
    { tenantId, subject, isStaff }: Caller,
    options: CommandOptions,
  ): Promise<CommandResult> {
    const { postId, body, at } = data;
    const isTrusted = isStaff || by.isModerator;
    if (!by.isModerator) mustFit(contentsOf(body), by.level);
    const text = { body, locale: topic.locale, level: by.level, sent: {}, isTrusted, at };
    const judged = await this.holding.judge({ tenantId, subject, postId, topicId: null, ...text });
    const command = { type: 'EditPost', data: { ...data, topicId, by, ...judged.said } } as const;
    const result = await this.events.transact(topicDecider, topicId, command, options);
    const isVisible = !judged.said.held && postOf(topic, postId).state === 'visible';
    await this.holding.note(tenantId, postId, judged.read, isVisible);
    return result;
  }

  private async commandOf(
    { type, data }: Exclude<PostWork, { type: 'EditPost' }>,
    topicId: string,
    by: Acting,
    tenantId: string,
  ): Promise<TopicCommand> {
    switch (type) {
      case 'RemovePost':
        return { type, data: { ...data, topicId, by } };
      case 'AcceptAnswer': {
        const { maxAccepted } = (await this.events.load(forumDecider, tenantId, tenantId)).state;
        return { type, data: { ...data, topicId, by, maxAccepted } };
      }
      case 'UnacceptAnswer':
        return { type, data: { ...data, topicId, by } };
      case 'DoubtAnswer':
        return { type, data: { ...data, topicId, by } };
    }
  }
}

const editionIn = (events: CommandResult['events']): number | undefined =>
  events.flatMap(({ type, data }) => (type === 'PostEdited' ? [(data as DataOf<'PostEdited'>).edition] : []))[0];
