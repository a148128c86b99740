import { type CommandOptions, type CommandResult, EventStore, uuid5 } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { packFeatures, printOf } from '../holding/prints.js';
import { Members } from '../member/members.store.js';
import { notAllowed } from '../topic/acting.js';
import { Actors, asMember, type Caller } from '../topic/actors.store.js';
import { topicDecider } from '../topic/decide.js';
import { mustSee, postOf, unknownPost } from '../topic/refusals.js';
import { Posts } from '../topics/posts.query.js';
import { type FlagReason, flagWeight } from './flags.js';
import { type ReviewCommand, reviewDecider } from './review.js';
import type { Action, Outcome } from './review-events.js';
import { Reviews } from './reviews.query.js';

type OfPost = { readonly postId: string; readonly at: string };

/** What people do about a post that something may be wrong with. */
export type ReviewWork =
  | { readonly type: 'FlagPost'; readonly data: OfPost & { readonly reason: FlagReason; readonly note?: string } }
  | { readonly type: 'WithdrawFlag'; readonly data: OfPost }
  | {
      readonly type: 'DecideReview';
      readonly data: OfPost & {
        readonly outcome: Outcome;
        readonly action: Action;
        readonly reason?: FlagReason;
        readonly note?: string;
        /** What the post is to say from then on; as it is if not given. */
        readonly body?: string;
      };
    }
  | { readonly type: 'MakeAppeal'; readonly data: OfPost & { readonly text: string } };

export class WorkOnReview extends Command<CommandResult> {
  constructor(
    readonly work: ReviewWork,
    readonly caller: Caller,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

const waitMs = 5_000;

@CommandHandler(WorkOnReview)
export class ReviewHandler implements ICommandHandler<WorkOnReview> {
  constructor(
    private readonly events: EventStore,
    private readonly actors: Actors,
    private readonly members: Members,
    private readonly posts: Posts,
    private readonly reviews: Reviews,
    private readonly freshness: Freshness,
  ) {}

  /**
   * @throws DomainError 404 `unknown-post`, also for one that is not for the caller; 403 `not-allowed`; and what `decide`
   * refuses
   * @throws Problem 409 `not-a-member`
   */
  execute({ work, caller, options }: WorkOnReview): Promise<CommandResult> {
    return this.events.once(options, () => {
      switch (work.type) {
        case 'FlagPost':
          return this.flag(work.data, caller, options);
        case 'WithdrawFlag':
          return this.withdraw(work.data, caller, options);
        case 'DecideReview':
          return this.decide(work.data, caller, options);
        case 'MakeAppeal':
          return this.appeal(work.data, caller, options);
      }
    });
  }

  private async flag(data: Extract<ReviewWork, { type: 'FlagPost' }>['data'], caller: Caller, options: CommandOptions) {
    const { tenantId } = caller;
    const { postId, at } = data;
    const { topicId, topic, category } = await this.found(caller, postId);
    const member = await this.actors.member(caller, category, at);
    mustSee(topic, postId, member);
    const post = postOf(topic, postId);
    if (post.state === 'removed') throw unknownPost();
    await this.freshness.hasAllOfOwn('reviews', waitMs);
    const { memberId } = member;
    // Whoever keeps order here is heard from the first day.
    const level = member.isModerator ? 4 : member.level;
    const weight = flagWeight(await this.reviews.accuracy(tenantId, memberId), level);
    const flagsToday = await this.reviews.flaggedToday(tenantId, memberId, postId, at);
    const of = {
      topicId,
      authorId: post.memberId,
      edition: post.edition,
      reach: await this.reviews.reach(tenantId, topicId),
    };
    const command: ReviewCommand = { type: 'FlagPost', data: { ...data, ...of, memberId, level, weight, flagsToday } };
    return this.events.transact(reviewDecider, postId, command, asMember(options, member));
  }

  private async withdraw({ postId, at }: OfPost, caller: Caller, options: CommandOptions) {
    const { topic, category } = await this.found(caller, postId);
    const member = await this.actors.member(caller, category, at);
    // It may be hidden by now, by this very flag.
    postOf(topic, postId);
    const { memberId } = member;
    const command = { type: 'WithdrawFlag', data: { memberId, at } } as const;
    return this.events.transact(reviewDecider, postId, command, asMember(options, member));
  }

  private async decide(
    { body, ...data }: Extract<ReviewWork, { type: 'DecideReview' }>['data'],
    caller: Caller,
    options: CommandOptions,
  ) {
    const { tenantId } = caller;
    const { postId, at } = data;
    const { topicId, topic, category } = await this.found(caller, postId);
    const by = await this.actors.arranger(caller, category, at);
    if (!by.isModerator) throw notAllowed('moderators of the category');
    const { edition } = postOf(topic, postId);
    const moderatorId = by.memberId === null ? {} : { moderatorId: by.memberId };
    await this.freshness.hasAllOfOwn('topics', waitMs);
    const text = await this.reviews.text(tenantId, postId);
    const features = packFeatures(printOf([text?.title, text?.body].filter(Boolean).join('\n\n')).features);
    const command = (of: number): ReviewCommand => ({
      type: 'DecideReview',
      data: { ...data, ...moderatorId, edition: of, features },
    });
    if (body === undefined) return this.events.transact(reviewDecider, postId, command(edition), asMember(options, by));
    // What is refused must not change the post.
    reviewDecider.decide(command(edition), (await this.events.load(reviewDecider, tenantId, postId)).state);
    const { commandId, requestHash: _, expectedVersion: __, ...context } = asMember(options, by);
    const edit = { topicId, postId, by, body, edition, held: false, at };
    await this.events.transact(
      topicDecider,
      topicId,
      { type: 'EditPost', data: edit },
      {
        ...context,
        ...(commandId !== undefined && { commandId: uuid5(commandId, 'edit') }),
      },
    );
    return this.events.transact(reviewDecider, postId, command(edition + 1), asMember(options, by));
  }

  private async appeal(
    { postId, text, at }: Extract<ReviewWork, { type: 'MakeAppeal' }>['data'],
    caller: Caller,
    options: CommandOptions,
  ) {
    const { topic } = await this.found(caller, postId);
    // Who is silenced appeals as well: nobody else reads it.
    const author = {
      memberId: await this.members.mustBeMember(caller.tenantId, caller.subject),
      level: 0,
      isModerator: false,
    } as const;
    const { memberId } = author;
    const post = postOf(topic, postId);
    if (post.memberId !== memberId) mustSee(topic, postId, author);
    const command = { type: 'MakeAppeal', data: { memberId, text, at } } as const;
    return this.events.transact(reviewDecider, postId, command, asMember(options, author));
  }

  private async found(caller: Caller, postId: string) {
    const topicId = await this.posts.topicOf(caller.tenantId, postId);
    if (topicId === undefined) throw unknownPost();
    return { topicId, ...(await this.actors.readable(caller, topicId)) };
  }
}
