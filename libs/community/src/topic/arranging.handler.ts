import { type Audience, rankOf } from '@guichet/contracts';
import { type CommandOptions, type CommandResult, EventStore, type Loaded } from '@guichet/event-sourcing';
import { MergeLock } from '@guichet/service';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { type Category, categoryDecider, mustTakeTopics, unknownCategory } from '../category/category.js';
import type { Acting } from './acting.js';
import { Actors, asMember, type Caller } from './actors.store.js';
import { type TopicCommand, topicDecider } from './decide.js';
import { unknownTopic } from './refusals.js';
import { isVisible, type Topic } from './topic.js';

type OfTopic = { readonly topicId: string; readonly at: string };

/** What people do to a topic as a whole. */
export type Arrangement =
  | {
      readonly type: 'LockTopic' | 'UnlockTopic' | 'PinTopic' | 'UnpinTopic' | 'UnmergeTopic';
      readonly data: OfTopic;
    }
  | { readonly type: 'RetitleTopic'; readonly data: OfTopic & { readonly title: string } }
  | { readonly type: 'CorrectLanguage'; readonly data: OfTopic & { readonly locale: string } }
  | { readonly type: 'MoveTopic'; readonly data: OfTopic & { readonly categoryId: string } }
  | { readonly type: 'MergeTopic'; readonly data: OfTopic & { readonly intoTopicId: string } };

export class ArrangeTopic extends Command<CommandResult> {
  constructor(
    readonly arrangement: Arrangement,
    readonly caller: Caller,
    readonly options: CommandOptions,
  ) {
    super();
  }
}

@CommandHandler(ArrangeTopic)
export class ArrangingHandler implements ICommandHandler<ArrangeTopic> {
  constructor(
    private readonly events: EventStore,
    private readonly actors: Actors,
    private readonly lock: MergeLock,
  ) {}

  /**
   * @throws DomainError 404 `unknown-topic`, also for one that is not for the caller; and what `decide` refuses
   * @throws Problem 409 `not-a-member`
   */
  execute({ arrangement, caller, options }: ArrangeTopic): Promise<CommandResult> {
    const work = () => this.events.once(options, () => this.carryOut(arrangement, caller, options));
    // Two merges that cross each other would make a circle without either noticing.
    return arrangement.type === 'MergeTopic' ? this.lock.hold(caller.tenantId, work) : work();
  }

  private async carryOut(arrangement: Arrangement, caller: Caller, options: CommandOptions): Promise<CommandResult> {
    const { topicId, at } = arrangement.data;
    const { topic, category } = await this.actors.readable(caller, topicId);
    const by = await this.actors.arranger(caller, category, at);
    if (!isVisible(topic) && !by.isModerator && by.memberId !== topic.memberId) throw unknownTopic();
    const command = await this.commandOf(arrangement, { category, by, caller });
    return this.events.transact(topicDecider, topicId, command, asMember(options, by));
  }

  private async commandOf(
    { type, data }: Arrangement,
    { category, by, caller }: { readonly category: Category; readonly by: Acting; readonly caller: Caller },
  ): Promise<TopicCommand> {
    const { tenantId, audience } = caller;
    switch (type) {
      case 'MoveTopic': {
        const { state: target } = await this.events.load(categoryDecider, tenantId, data.categoryId);
        if (rankOf(target.audience) > rankOf(audience)) throw unknownCategory('invalid');
        mustTakeTopics(target);
        return { type, data: { ...data, by, isSameAudience: target.audience === category.audience } };
      }
      case 'MergeTopic': {
        const line = await this.lineOf(caller, data.intoTopicId);
        const isSameAudience = line[0]?.audience === category.audience;
        return { type, data: { ...data, by, line: line.map(({ topicId }) => topicId), isSameAudience } };
      }
      case 'RetitleTopic':
        return { type, data: { ...data, by } };
      case 'CorrectLanguage':
        return { type, data: { ...data, by } };
      case 'LockTopic':
      case 'UnlockTopic':
      case 'PinTopic':
      case 'UnpinTopic':
      case 'UnmergeTopic':
        return { type, data: { ...data, by } };
    }
  }

  /** The topic and those that it was merged into, one after the other; empty where it is not there for the caller. */
  private async lineOf(caller: Caller, topicId: string): Promise<{ topicId: string; audience: Audience }[]> {
    const line: { topicId: string; audience: Audience }[] = [];
    for (let id: string | null = topicId; id !== null;) {
      const { state: topic }: Loaded<Topic> = await this.events.load(topicDecider, caller.tenantId, id);
      if (!topic.isThere) break;
      const { state: category } = await this.events.load(categoryDecider, caller.tenantId, topic.categoryId);
      if (line.length === 0 && rankOf(category.audience) > rankOf(caller.audience)) break;
      line.push({ topicId: id, audience: category.audience });
      id = topic.mergedInto;
    }
    return line;
  }
}
