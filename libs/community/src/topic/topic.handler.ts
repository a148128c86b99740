import { rankOf } from '@guichet/contracts';
import { type CommandOptions, type CommandResult, EventStore } from '@guichet/event-sourcing';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { categoryDecider, mustTakeTopics, unknownCategory } from '../category/category.js';
import { Holding, type Sent } from '../holding/holding.store.js';
import { mustFit, mustHaveLeft, secondsToWait } from '../member/writing.js';
import { Posts } from '../topics/posts.query.js';
import { type ActingMember, Actors, asMember, type Caller } from './actors.store.js';
import { contentsOf } from './contents.js';
import { topicDecider } from './decide.js';
import type { DataOf } from './topic-events.js';
import { TooSoon } from './too-soon.js';
import { TopicNumbers } from './topic-numbers.store.js';

type Starting = Omit<DataOf<'TopicStarted'>, 'postId' | 'number' | 'memberId' | 'official' | 'held' | 'signals'>;
type Adding = Omit<DataOf<'PostAdded'>, 'memberId' | 'official' | 'held' | 'signals'>;

/** A topic under the tenant's next number. */
export class StartTopic extends Command<CommandResult> {
  constructor(
    readonly starting: Starting,
    readonly sent: Sent,
    readonly caller: Caller,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(StartTopic)
export class StartTopicHandler implements ICommandHandler<StartTopic> {
  constructor(
    private readonly events: EventStore,
    private readonly actors: Actors,
    private readonly numbers: TopicNumbers,
    private readonly posts: Posts,
    private readonly holding: Holding,
  ) {}

  /**
   * @throws DomainError 409 `silenced`, `suspended`, `too-many-links` and the like, `daily-limit`; 422
   * `unknown-category`, `category-closed`
   * @throws TooSoon
   * @throws Problem 409 `not-a-member`
   */
  execute({ starting, sent, caller, options }: StartTopic): Promise<CommandResult> {
    const { tenantId, subject, isStaff: official } = caller;
    const { topicId, categoryId, locale, title, body, at } = starting;
    return this.events.once(options, async () => {
      const { state: category } = await this.events.load(categoryDecider, tenantId, categoryId);
      if (rankOf(category.audience) > rankOf(caller.audience)) throw unknownCategory('invalid');
      mustTakeTopics(category);
      const member = await this.actors.member(caller, category, at);
      await mustBeAllowed(this.posts, caller, member, { thing: 'topics', body, at });
      // A repeated request must not use up another number: it is answered with the first one's.
      const answered = await this.events.answered(options);
      if (answered) return answered;
      const number = await this.numbers.next(tenantId);
      const { memberId, level, isModerator } = member;
      const text = { title, body, locale, level, sent, isTrusted: official || isModerator, at };
      const judged = await this.holding.judge({ tenantId, subject, postId: topicId, topicId: null, ...text });
      const data = { ...starting, postId: topicId, number, memberId, official, ...judged.said };
      const command = { type: 'StartTopic', data } as const;
      const result = await this.events.transact(topicDecider, topicId, command, asMember(options, member));
      await this.holding.note(tenantId, topicId, judged.read, !judged.said.held);
      return result;
    });
  }
}

/** A post in a topic. */
export class AddPost extends Command<CommandResult> {
  constructor(
    readonly adding: Adding,
    readonly sent: Sent,
    readonly caller: Caller,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(AddPost)
export class AddPostHandler implements ICommandHandler<AddPost> {
  constructor(
    private readonly events: EventStore,
    private readonly actors: Actors,
    private readonly posts: Posts,
    private readonly holding: Holding,
  ) {}

  /**
   * @throws DomainError 404 `unknown-topic`; 409 `topic-locked`, `topic-full`, `silenced`, `suspended`,
   * `too-many-links` and the like, `daily-limit`
   * @throws TooSoon
   * @throws Problem 409 `not-a-member`
   */
  execute({ adding, sent, caller, options }: AddPost): Promise<CommandResult> {
    const { tenantId, subject, isStaff: official } = caller;
    const { topicId, postId, body, at } = adding;
    return this.events.once(options, async () => {
      const { topic, category } = await this.actors.readable(caller, topicId);
      const member = await this.actors.member(caller, category, at);
      await mustBeAllowed(this.posts, caller, member, { thing: 'posts', body, at });
      const { memberId, level, isModerator } = member;
      const text = { body, locale: topic.locale, level, sent, isTrusted: official || isModerator, at };
      const judged = await this.holding.judge({ tenantId, subject, postId, topicId, ...text });
      const data = { ...adding, memberId, isModerator, official, ...judged.said };
      const command = { type: 'AddPost', data } as const;
      const result = await this.events.transact(topicDecider, topicId, command, asMember(options, member));
      await this.holding.note(tenantId, postId, judged.read, !judged.said.held);
      return result;
    });
  }
}

/** Those who work here write as much as there is to say. */
async function mustBeAllowed(
  posts: Posts,
  { tenantId, isStaff }: Caller,
  { memberId, level }: ActingMember,
  { thing, body, at }: { readonly thing: 'topics' | 'posts'; readonly body: string; readonly at: string },
): Promise<void> {
  if (isStaff) return;
  mustFit(contentsOf(body), level);
  const { today, lastAt } = await posts.writtenBy(tenantId, memberId, at);
  mustHaveLeft(thing, today, level);
  const seconds = secondsToWait(lastAt, at, level);
  if (seconds > 0) throw new TooSoon(seconds);
}
