/** What happened to a post, for who wrote it: each step, when, by whom, and why. Pure. */
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { TopicEvent } from './topic-events.js';

export const stepKinds = [
  ...(['posted', 'held', 'released', 'edited', 'edited-by-moderator', 'hidden', 'restored', 'removed'] as const),
  ...(['accepted', 'unaccepted', 'doubted'] as const),
] as const;
export type StepKind = (typeof stepKinds)[number];

export interface Step {
  readonly kind: StepKind;
  readonly at: string;
  /** What was said of it; null: nothing. */
  readonly why: string | null;
  /** The review that led to it; null: none. */
  readonly reviewId: string | null;
}

/** @param events those of the topic's stream, in order */
export const ledgerOf = (postId: string, events: readonly Pick<RecordedEvent, 'type' | 'data'>[]): Step[] =>
  events
    .map(({ type, data }) => ({ type, data }) as TopicEvent)
    .filter(({ data }) => 'postId' in data && data.postId === postId)
    .flatMap(stepsOf);

const step = (kind: StepKind, at: string, why: string | null = null, reviewId: string | null = null): Step => ({
  ...{ kind, at, why, reviewId },
});

function stepsOf({ type, data }: TopicEvent): Step[] {
  switch (type) {
    case 'TopicStarted':
    case 'PostAdded':
      return [step('posted', data.at), ...(data.held ? [step('held', data.at)] : [])];
    case 'PostReleased':
      return [step('released', data.at)];
    case 'PostEdited': {
      const kind = data.byModerator ? 'edited-by-moderator' : 'edited';
      return [step(kind, data.at, data.reason ?? null), ...(data.held ? [step('held', data.at)] : [])];
    }
    case 'PostHidden':
      return [step('hidden', data.at, null, data.reviewId)];
    case 'PostRestored':
      return [step('restored', data.at)];
    case 'PostRemovedByAuthor':
      return [step('removed', data.at)];
    case 'AnswerAccepted':
      return [step('accepted', data.at, data.by)];
    case 'AnswerUnaccepted':
      return [step('unaccepted', data.at, data.why)];
    case 'AnswerDoubted':
      return [step('doubted', data.at, data.version ?? null)];
    case 'TopicRetitled':
    case 'TopicMoved':
    case 'TopicLocked':
    case 'TopicUnlocked':
    case 'TopicPinned':
    case 'TopicUnpinned':
    case 'TopicLanguageCorrected':
    case 'TopicMerged':
    case 'TopicUnmerged':
      return [];
  }
}
