import type { CommunityEventData, PublicEvent } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import { asItIs, publisherOf } from '@guichet/messaging';
import { ballotDecider, type BallotEvent } from './ballot/ballot.js';
import type { CategoryEvent } from './category/category.js';
import type { ForumEvent } from './forum/forum.js';
import type { ClaimEvent } from './member/claim.js';
import type { MemberEvent } from './member/member.js';
import type { ReviewEvent } from './review/review-events.js';
import type { TopicEvent } from './topic/topic-events.js';
import { type VoteEvent, voteDecider } from './vote/vote.js';

type CommunityEvent =
  TopicEvent | VoteEvent | BallotEvent | CategoryEvent | ForumEvent | MemberEvent | ClaimEvent | ReviewEvent;

/** Characters, as people count them; a text that was erased has none. */
const lengthOf = (text: unknown): number => (typeof text === 'string' ? [...text].length : 0);

const publish = publisherOf<CommunityEvent, CommunityEventData>('community', {
  TopicStarted: ({ title, body, signals: _, ...told }) => ({
    ...told,
    titleLength: lengthOf(title),
    bodyLength: lengthOf(body),
  }),
  PostAdded: ({ body, signals: _, ...told }) => ({ ...told, bodyLength: lengthOf(body) }),
  PostReleased: asItIs,
  PostEdited: ({ topicId, postId, edition, body, at }) => ({
    ...{ topicId, postId, edition, bodyLength: lengthOf(body), at },
  }),
  PostHidden: ({ topicId, postId, at }) => ({ topicId, postId, at }),
  PostRestored: asItIs,
  PostRemovedByAuthor: asItIs,
  AnswerAccepted: asItIs,
  AnswerUnaccepted: asItIs,
  AnswerDoubted: ({ topicId, postId, version, at }) => ({
    ...{ topicId, postId, at }, // who doubts is not told
    ...(version !== undefined && { version }),
  }),
  TopicRetitled: ({ topicId, title, at }) => ({ topicId, titleLength: lengthOf(title), at }),
  TopicMoved: asItIs,
  TopicLocked: asItIs,
  TopicUnlocked: asItIs,
  TopicPinned: asItIs,
  TopicUnpinned: asItIs,
  TopicLanguageCorrected: asItIs,
  TopicMerged: asItIs,
  TopicUnmerged: asItIs,
  VoteCast: ({ topicId, postId, at }) => ({ topicId, postId, at }),
  VoteWithdrawn: ({ topicId, postId, at }) => ({ topicId, postId, at }),
  VoteVoided: ({ topicId, postId, at }) => ({ topicId, postId, at }),
  IdeaVoteCast: ({ topicId, at }) => ({ topicId, at }),
  IdeaVoteReturned: ({ topicId, why, at }) => ({ topicId, why, at }),
  ForumCategoryCreated: asItIs,
  ForumCategoryNamed: asItIs,
  ForumCategoryPlaced: asItIs,
  ForumCategoryAudienceChanged: asItIs,
  ForumCategoryArchived: asItIs,
  ForumCategoryReopened: asItIs,
  ForumRulesSet: asItIs,
  ModeratorSet: null, // names a person
  // Who is trusted, and who may not write, is the forum's own affair.
  MemberJoined: null,
  HandleChanged: null,
  TrustLevelChanged: null,
  TrustLevelAtRisk: null,
  TrustLevelKept: null,
  TrustLevelLocked: null,
  TrustLevelUnlocked: null,
  MemberSilenced: null,
  MemberSuspended: null,
  MemberReleased: null,
  MemberErased: null,
  // What is said against a post is told to who wrote it and to moderators; what follows from it is told of its topic.
  PostHeld: null,
  PostFlagged: null,
  FlagWithdrawn: null,
  FlagReviewed: null,
  AppealMade: null,
  AppealDecided: null,
  HandleTaken: null,
  HandleGivenUp: null,
});

const votes = [voteDecider, ballotDecider].map(({ category }) => `${category}-`);

/** What the community tells of its events. Of a vote it is not told whose it is: not by its actor either. */
export function toPublicEvent(event: RecordedEvent): PublicEvent | undefined {
  const told = publish(event);
  const isVote = event.type === 'AnswerDoubted' || votes.some((prefix) => event.streamId.startsWith(prefix));
  return told && isVote ? { ...told, actor: { kind: 'system', id: 'community' } } : told;
}
