import type { RecordedEvent } from '@guichet/event-sourcing';
import { communityEvent, forumCategoryIdOf, memberIdOf, postIdOf, topicIdOf } from '../../testing/community-story.js';
import { start, tenantId } from '../../testing/ticket-story.js';
import { isTopicEvent } from './community-event.js';
import { type QuestionFact, questionFactOf } from './question-fact.js';
import { foldTopic, newTopic, type TopicHistory } from './topic-history.js';

const begun = (topic: number, minute: number, { by = topic, held = false, official = false } = {}) =>
  communityEvent('TopicStarted', minute, {
    ...{ topicId: topicIdOf(topic), postId: postIdOf(topic, 0), number: topic, categoryId: forumCategoryIdOf(1) },
    ...{ kind: 'question', locale: 'en', memberId: memberIdOf(by), titleLength: 5, bodyLength: 50, official, held },
  });
const posted = (topic: number, post: number, minute: number, { by = 9, held = false, official = false } = {}) =>
  communityEvent('PostAdded', minute, {
    ...{ topicId: topicIdOf(topic), postId: postIdOf(topic, post), memberId: memberIdOf(by), bodyLength: 9 },
    ...{ official, held },
  });
const done = (
  type: 'PostReleased' | 'PostHidden' | 'PostRestored' | 'PostRemovedByAuthor',
  [topic, post]: readonly [number, number],
  minute: number,
) => communityEvent(type, minute, { topicId: topicIdOf(topic), postId: postIdOf(topic, post) });

function topicOf(number: number, events: readonly RecordedEvent[]): TopicHistory {
  const topic = newTopic(tenantId, topicIdOf(number));
  for (const event of events.filter(isTopicEvent)) foldTopic(topic, event);
  return topic;
}
const factOf = (events: readonly RecordedEvent[], merged: readonly TopicHistory[] = []): QuestionFact | undefined =>
  questionFactOf(topicOf(1, events), merged);
const afterMinutes = (minutes: number) => expect.objectContaining({ firstAnswerSeconds: minutes * 60 }) as unknown;
const unanswered = expect.objectContaining({ firstAnswerSeconds: null, answers: 0 }) as unknown;

it('is asked when it becomes visible', () => {
  expect(factOf([begun(1, 0, { held: true })])).toBeUndefined();
  const released = [begun(1, 0, { held: true }), done('PostReleased', [1, 0], 30), posted(1, 1, 40)];
  expect(factOf(released)).toEqual(afterMinutes(10));
  expect(factOf(released)?.at).toBe(start + 30 * 60_000);
});

it('counts while it is visible', () => {
  const hidden = [begun(1, 0), posted(1, 1, 5), done('PostHidden', [1, 0], 10)];
  expect(factOf(hidden)).toBeUndefined();
  expect(factOf([...hidden, done('PostRestored', [1, 0], 20)])).toEqual(afterMinutes(5));
  expect(factOf([begun(1, 0), done('PostRemovedByAuthor', [1, 0], 1)])).toBeUndefined();
});

it.each([
  ['who asked', [posted(1, 1, 5, { by: 1 })], unanswered],
  ['who asked and works here', [posted(1, 1, 5, { by: 1, official: true })], afterMinutes(5)],
  ['somebody else', [posted(1, 1, 5), posted(1, 2, 6)], afterMinutes(5)],
  ['somebody whose post is held', [posted(1, 1, 5, { held: true })], unanswered],
  ['somebody whose post is hidden', [posted(1, 1, 5), done('PostHidden', [1, 1], 6)], unanswered],
  [
    'somebody whose post was released',
    [posted(1, 1, 5, { held: true }), posted(1, 2, 7), done('PostReleased', [1, 1], 8)],
    afterMinutes(7),
  ],
  [
    'somebody whose post was hidden for a time',
    [posted(1, 1, 5), done('PostHidden', [1, 1], 6), done('PostRestored', [1, 1], 90)],
    afterMinutes(5),
  ],
])('is answered, or not, by %s', (_who, posts, expected) => {
  expect(factOf([begun(1, 0), ...posts])).toEqual(expected);
});

describe('with a topic that was merged into it', () => {
  const merging = communityEvent('TopicMerged', 50, { topicId: topicIdOf(2), intoTopicId: topicIdOf(1) });
  it('is answered by what was answered there, and not by who asked there', () => {
    const other = topicOf(2, [begun(2, 10), posted(2, 1, 20, { by: 2 }), posted(2, 2, 30), merging]);
    expect(factOf([begun(1, 0)], [other])).toEqual(afterMinutes(30));
  });
  it('had its answer at once where the other one had it before', () => {
    const other = topicOf(2, [begun(2, 10), posted(2, 1, 20), merging]);
    expect(factOf([begun(1, 40)], [other])).toEqual(afterMinutes(0));
  });
  it('counts alone', () => {
    expect(questionFactOf(topicOf(2, [begun(2, 10), merging]), [])).toBeUndefined();
  });
});
