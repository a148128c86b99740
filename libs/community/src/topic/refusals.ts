/** What is said of topics and posts that are not there, or not for the caller. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import type { Acting } from './acting.js';
import { isVisible, type Post, type Topic } from './topic.js';

/** @throws DomainError 404 `unknown-post` */
export function postOf(topic: Topic, postId: string): Post {
  const post = topic.posts.get(postId);
  if (post === undefined) throw unknownPost('unknown');
  return post;
}

export const unknownPost = (kind: 'unknown' | 'invalid' = 'unknown'): DomainError =>
  new DomainError('unknown-post', 'There is no such post.', {}, kind);

/** Also the answer to who may not read it: whether it exists is not theirs to know. */
export const unknownTopic = (): DomainError =>
  new DomainError('unknown-topic', 'There is no such topic.', {}, 'unknown');

export const otherAudience = (): DomainError =>
  new DomainError('other-audience', 'Other people may read what is there: what was written stays with its readers.');

/**
 * What is held or hidden is seen by who wrote it and by moderators; what is in such a topic, by who began the topic.
 * @throws DomainError 404 `unknown-post`
 */
export function mustSee(topic: Topic, postId: string, { isModerator, memberId }: Acting): void {
  const post = postOf(topic, postId);
  if (isModerator) return;
  if (!isVisible(topic) && memberId !== topic.memberId) throw unknownPost();
  if (post.state !== 'visible' && memberId !== post.memberId) throw unknownPost();
}
