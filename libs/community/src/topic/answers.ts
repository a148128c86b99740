/** Which posts answer a question. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { type Acting, mustBe, notAllowed } from './acting.js';
import { postOf, unknownPost } from './refusals.js';
import type { Topic } from './topic.js';
import type { Unacceptance, TopicEvent } from './topic-events.js';

type OfPost = { readonly topicId: string; readonly postId: string; readonly at: string };
type By = { readonly by: Acting };

/** The level from which a member may say which answer is right, in any topic. */
const acceptingLevel = 4;

/** A new answer takes the place of the oldest where no more than one counts. */
export function acceptAnswer(
  { by, maxAccepted, ...data }: OfPost & By & { readonly maxAccepted: number },
  topic: Topic,
): TopicEvent[] {
  const { postId, topicId, at } = data;
  const { state } = postOf(topic, postId);
  mustSayWhatAnswers(by, topic);
  if (topic.kind !== 'question' || postId === topic.firstPostId)
    throw new DomainError('not-an-answer', 'Only an answer to a question can be accepted.');
  if (state !== 'visible')
    throw new DomainError('answer-not-visible', 'Readers do not see the post: it answers nothing.');
  if (topic.accepted.includes(postId)) return [];
  const [before] = topic.accepted;
  const replaces = maxAccepted === 1 && before !== undefined;
  if (!replaces && topic.accepted.length >= maxAccepted) {
    const words = `A question has ${maxAccepted} accepted answers at most. Take one back first.`;
    throw new DomainError('too-many-accepted', words, { max: maxAccepted, accepted: topic.accepted });
  }
  const replaced = replaces ? topic.accepted.map((id) => unaccepted(topicId, id, 'replaced', at)) : [];
  const acceptor = by.memberId === topic.memberId ? 'author' : 'moderator';
  return [...replaced, { type: 'AnswerAccepted', data: { topicId, postId, by: acceptor, at } }];
}

export function unacceptAnswer(
  { by, why, topicId, postId, at }: OfPost & By & { readonly why: 'withdrawn' | 'no-longer-works' },
  topic: Topic,
): TopicEvent[] {
  postOf(topic, postId);
  mustSayWhatAnswers(by, topic);
  return topic.accepted.includes(postId) ? [unaccepted(topicId, postId, why, at)] : [];
}

/** Each member once, for as long as the answer stays accepted. */
export function doubtAnswer({ by, ...data }: OfPost & By & { readonly version?: string }, topic: Topic): TopicEvent[] {
  const { doubters, state, memberId: authorId } = postOf(topic, data.postId);
  const { memberId } = by;
  if (state !== 'visible') throw unknownPost();
  if (memberId === null) throw notAllowed('members');
  if (memberId === authorId) throw ownPost();
  if (!topic.accepted.includes(data.postId))
    throw new DomainError('not-an-answer', 'The post is no accepted answer: there is nothing to doubt.');
  return doubters.has(memberId) ? [] : [{ type: 'AnswerDoubted', data: { ...data, memberId } }];
}

/** What is visible no more is no answer any more. */
export const withoutAnswer = (topic: Topic, { topicId, postId, at }: OfPost): TopicEvent[] =>
  topic.accepted.includes(postId) ? [unaccepted(topicId, postId, 'not-visible', at)] : [];

export const ownPost = (): DomainError =>
  new DomainError('own-post', 'It is your own post: others say what it is worth.');

const unaccepted = (topicId: string, postId: string, why: Unacceptance, at: string): TopicEvent => ({
  type: 'AnswerUnaccepted',
  data: { topicId, postId, why, at },
});

function mustSayWhatAnswers({ isModerator, memberId, level }: Acting, topic: Topic): void {
  const isTheirs = memberId !== null && (memberId === topic.memberId || level >= acceptingLevel);
  mustBe(isModerator || isTheirs, 'who asked, moderators and members of level 4');
}
