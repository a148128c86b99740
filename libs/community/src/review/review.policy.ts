import { type CommandOptions, EventStore, type RecordedEvent, uuid5 } from '@guichet/event-sourcing';
import type { Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { Holding } from '../holding/holding.store.js';
import { read } from '../holding/signals.js';
import { type TopicCommand, topicDecider } from '../topic/decide.js';
import type { TopicEvent } from '../topic/topic-events.js';
import { reviewDecider } from './review.js';
import type { ReviewEvent } from './review-events.js';
import { Reviews } from './reviews.query.js';

/**
 * A post that is held gets a review; what members and moderators say of a post comes true in its topic.
 */
@Injectable()
export class ReviewPolicy implements Policy {
  constructor(
    private readonly events: EventStore,
    private readonly reviews: Reviews,
    private readonly holding: Holding,
  ) {}

  async handle(event: RecordedEvent): Promise<void> {
    const { type, data } = { type: event.type, data: event.data } as TopicEvent | ReviewEvent;
    if (type === 'TopicStarted' || type === 'PostAdded' || type === 'PostEdited') {
      if (data.held) await this.hold(event, data);
    } else if (type === 'PostFlagged') {
      if (data.hides) await this.change(event, 'HidePost');
    } else if (type === 'FlagWithdrawn') {
      if (data.restores) await this.change(event, 'RestorePost');
    } else if (type === 'FlagReviewed') {
      if (data.action === 'hide') await this.change(event, 'HidePost');
      else await this.show(event);
    } else if (type === 'AppealDecided') {
      if (data.granted) await this.show(event);
    }
  }

  private async hold(
    event: RecordedEvent,
    data: Extract<TopicEvent, { type: 'TopicStarted' | 'PostAdded' | 'PostEdited' }>['data'],
  ) {
    const { topicId, postId, memberId: authorId, at, signals = [] } = data;
    const edition = 'edition' in data ? data.edition : 1;
    const command = { type: 'HoldPost', data: { postId, topicId, authorId, edition, signals, at } } as const;
    await this.events.transact(reviewDecider, postId, command, optionsFor(event, 'hold'));
  }

  private async show(event: RecordedEvent) {
    await this.change(event, 'ReleasePost');
    await this.change(event, 'RestorePost');
    const { postId } = event.data as ReviewEvent['data'];
    const text = await this.reviews.text(event.tenantId, postId);
    if (text !== undefined) await this.holding.note(event.tenantId, postId, read(text), true);
  }

  private async change(event: RecordedEvent, type: 'HidePost' | 'RestorePost' | 'ReleasePost') {
    const { postId, topicId, at } = event.data as ReviewEvent['data'];
    const command: TopicCommand =
      type === 'HidePost'
        ? { type, data: { topicId, postId, reviewId: postId, at } }
        : { type, data: { topicId, postId, at } };
    await this.events.transact(topicDecider, topicId, command, optionsFor(event, type));
  }
}

const optionsFor = ({ eventId, tenantId, metadata }: RecordedEvent, what: string): CommandOptions => ({
  context: {
    ...{ tenantId, actor: { kind: 'system', id: 'community' }, causationId: eventId },
    ...{ correlationId: metadata.correlationId, traceparent: metadata.traceparent },
  },
  commandId: uuid5(eventId, what),
});
