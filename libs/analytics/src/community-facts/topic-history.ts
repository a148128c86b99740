/**
 * What is remembered of a topic: its own stream, in its order, and the votes for its posts, which are streams of their
 * own and may arrive before it. Pure.
 */
import { countedAt } from '../ticket-facts/limits.js';
import type { TopicEvent } from './community-event.js';

export interface Post {
  readonly memberId: string;
  /** Somebody wrote it who works here. */
  readonly official: boolean;
  readonly isVisible: boolean;
  /** When it became visible for the first time, in milliseconds since 1970; null: it never was. */
  readonly shownAt: number | null;
  readonly isAccepted: boolean;
}

export interface TopicHistory {
  readonly tenantId: string;
  readonly topicId: string;
  /** Null while its stream has not arrived. */
  about: {
    readonly number: number;
    readonly kind: 'question' | 'discussion' | 'idea';
    readonly firstPostId: string;
    readonly categoryId: string;
    readonly locale: string;
  } | null;
  /** The topic that shows this one's posts. */
  mergedInto: string | null;
  readonly posts: Record<string, Post>;
  /** By post: votes that stand. */
  readonly votes: Record<string, number>;
}

export const newTopic = (tenantId: string, topicId: string): TopicHistory => ({
  ...{ tenantId, topicId, about: null, mergedInto: null, posts: {}, votes: {} },
});

/** Changes the history in place. */
export function foldTopic(topic: TopicHistory, { type, data }: TopicEvent): void {
  const { about } = topic;
  switch (type) {
    case 'TopicStarted': {
      const { number, kind, postId: firstPostId, categoryId, locale } = data;
      topic.about = { number, kind, firstPostId, categoryId, locale };
      return addPost(topic, data);
    }
    case 'PostAdded':
      return addPost(topic, data);
    case 'PostReleased':
    case 'PostRestored': {
      const shownAt = topic.posts[data.postId]?.shownAt ?? countedAt(data.at);
      return changePost(topic, data.postId, { isVisible: true, shownAt });
    }
    case 'PostHidden':
    case 'PostRemovedByAuthor':
      return changePost(topic, data.postId, { isVisible: false });
    case 'AnswerAccepted':
      return changePost(topic, data.postId, { isAccepted: true });
    case 'AnswerUnaccepted':
      return changePost(topic, data.postId, { isAccepted: false });
    case 'TopicMoved':
      topic.about = about && { ...about, categoryId: data.categoryId };
      return;
    case 'TopicLanguageCorrected':
      topic.about = about && { ...about, locale: data.locale };
      return;
    case 'TopicMerged':
      topic.mergedInto = data.intoTopicId;
      return;
    case 'TopicUnmerged':
      topic.mergedInto = null;
      return;
    case 'VoteCast':
      return countVote(topic, data.postId, 1);
    case 'VoteWithdrawn':
    case 'VoteVoided':
      return countVote(topic, data.postId, -1);
  }
}

type Written = Pick<
  Extract<TopicEvent, { type: 'PostAdded' }>['data'],
  'postId' | 'memberId' | 'official' | 'held' | 'at'
>;

function addPost({ posts }: TopicHistory, { postId, memberId, official, held, at }: Written): void {
  const shownAt = held ? null : countedAt(at);
  posts[postId] = { memberId, official, isVisible: !held, shownAt, isAccepted: false };
}

function changePost({ posts }: TopicHistory, postId: string, changed: Partial<Post>): void {
  const post = posts[postId];
  if (post) posts[postId] = { ...post, ...changed };
}

function countVote({ votes }: TopicHistory, postId: string, by: 1 | -1): void {
  const count = (votes[postId] ?? 0) + by;
  if (count === 0) Reflect.deleteProperty(votes, postId);
  else votes[postId] = count;
}
