import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Actors, asMember, type Caller } from '../topic/actors.store.js';
import { mustSee, unknownPost } from '../topic/refusals.js';
import { Posts } from '../topics/posts.query.js';
import { voteDecider, voteStreamId } from './vote.js';

/** A member finds a post helpful, or does so no more. */
export class WorkOnVote extends Command<CommandResult> {
  constructor(
    readonly type: 'CastVote' | 'WithdrawVote',
    readonly data: { readonly postId: string; readonly at: string },
    readonly caller: Caller,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(WorkOnVote)
export class VoteHandler implements ICommandHandler<WorkOnVote> {
  constructor(
    private readonly events: EventStore,
    private readonly actors: Actors,
    private readonly posts: Posts,
  ) {}

  /**
   * @throws DomainError 404 `unknown-post`, also for one that is not for the caller; 409 `own-post`, `vote-limit`
   * @throws Problem 409 `not-a-member`
   */
  execute({ type, data, caller, options }: WorkOnVote): Promise<CommandResult> {
    const { tenantId } = caller;
    const { postId, at } = data;
    return this.events.once(options, async () => {
      const topicId = await this.posts.topicOf(tenantId, postId);
      if (topicId === undefined) throw unknownPost();
      const { topic, category } = await this.actors.readable(caller, topicId);
      const member = await this.actors.member(caller, category, at);
      mustSee(topic, postId, member);
      const { memberId, level } = member;
      const vote = { ...data, topicId, memberId };
      const id = voteStreamId(tenantId, postId, memberId);
      const as = asMember(options, member);
      if (type === 'WithdrawVote') return this.events.transact(voteDecider, id, { type, data: vote }, as);
      const { today } = await this.posts.writtenBy(tenantId, memberId, at);
      const cast = { ...vote, post: topic.posts.get(postId), level, today };
      return this.events.transact(voteDecider, id, { type, data: cast }, as);
    });
  }
}
