/** Test support: writes the events of a community as they arrive in the received log. */
import type { CommunityEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import { receivedEvent } from './received-event.js';
import { tenantId } from './ticket-story.js';

const idOf = (kind: number, number: number): string =>
  `0197e2a0-0000-7000-800${kind}-${String(number).padStart(12, '0')}`;
export const topicIdOf = (number: number): string => idOf(1, number);
export const forumCategoryIdOf = (number: number): string => idOf(2, number);
export const memberIdOf = (number: number): string => idOf(3, number);
/** The id of a topic is that of its first post. */
export const postIdOf = (topic: number, post: number): string =>
  post === 0 ? topicIdOf(topic) : idOf(4, topic * 1_000 + post);

/** @param voter of a vote: each has a stream of its own. */
export function communityEvent<Type extends keyof CommunityEventData>(
  type: Type,
  minute: number,
  data: Omit<CommunityEventData[Type], 'at'>,
  voter?: number,
): RecordedEvent {
  return receivedEvent(streamOf(data, voter), type, minute, data);
}

function streamOf(data: { topicId?: string; postId?: string; categoryId?: string }, voter?: number): string {
  if (voter !== undefined) return `vote-${data.postId}${voter}`;
  if (data.topicId !== undefined) return `topic-${data.topicId}`;
  return data.categoryId === undefined ? `forum-${tenantId}` : `category-${data.categoryId}`;
}
