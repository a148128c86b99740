/** The public events that tell of the community, as they stand in the received log (upcast to their newest version). */
import type { CommunityEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';

type Told<Type extends keyof CommunityEventData> = {
  [Each in Type]: { readonly type: Each; readonly data: CommunityEventData[Each]; readonly tenantId: string };
}[Type];

/** Of the streams `topic-<id>`, and of votes (`vote-<key>`): what figures of topics are made of. */
export type TopicEvent = Told<
  | 'TopicStarted'
  | 'TopicMoved'
  | 'TopicLanguageCorrected'
  | 'TopicMerged'
  | 'TopicUnmerged'
  | 'PostAdded'
  | 'PostReleased'
  | 'PostHidden'
  | 'PostRestored'
  | 'PostRemovedByAuthor'
  | 'AnswerAccepted'
  | 'AnswerUnaccepted'
  | 'VoteCast'
  | 'VoteWithdrawn'
  | 'VoteVoided'
>;
/** Of the streams `category-<id>`: what categories are called. */
export type ForumNamingEvent = Told<'ForumCategoryNamed'>;

const topicTypes: Record<TopicEvent['type'], true> = {
  TopicStarted: true,
  TopicMoved: true,
  TopicLanguageCorrected: true,
  TopicMerged: true,
  TopicUnmerged: true,
  PostAdded: true,
  PostReleased: true,
  PostHidden: true,
  PostRestored: true,
  PostRemovedByAuthor: true,
  AnswerAccepted: true,
  AnswerUnaccepted: true,
  VoteCast: true,
  VoteWithdrawn: true,
  VoteVoided: true,
};

/** The contracts have checked the data of these types when the event was received; others are of no concern here. */
export const isTopicEvent = (event: RecordedEvent): event is RecordedEvent & TopicEvent =>
  Object.hasOwn(topicTypes, event.type);
export const isForumNamingEvent = (event: RecordedEvent): event is RecordedEvent & ForumNamingEvent =>
  event.type === 'ForumCategoryNamed';
