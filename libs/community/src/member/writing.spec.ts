import { DomainError } from '@guichet/event-sourcing';
import { type TrustLevel, trustLevels } from './trust.js';
import { mustFit, mustHaveLeft, secondsToWait } from './writing.js';

const refusal = (work: () => void): unknown => {
  try {
    work();
    return 'nothing';
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.details['max']];
    throw error;
  }
};
const contents = { links: 0, images: 0, mentions: 0 };
const today = { topics: 0, posts: 0, votes: 0 };

it.each<[TrustLevel, 'links' | 'images' | 'mentions', number]>([
  [0, 'images', 1],
  [1, 'images', 5],
  [2, 'images', 10],
  [0, 'mentions', 2],
  [1, 'mentions', 5],
  [3, 'mentions', 10],
  [0, 'links', 20],
  [4, 'links', 20],
])('at level %i a post may have so many %s: %i', (level, things, max) => {
  expect(refusal(() => mustFit({ ...contents, [things]: max }, level))).toBe('nothing');
  expect(refusal(() => mustFit({ ...contents, [things]: max + 1 }, level))).toEqual([`too-many-${things}`, max]);
});

it.each<[TrustLevel, number, number, number]>([
  [0, 3, 10, 10],
  [1, 10, 50, 20],
  [2, 20, 100, 30],
  [3, 30, 150, 40],
  [4, 30, 150, 50],
])('at level %i a day has so many topics, posts and votes: %i, %i, %i', (level, topics, posts, votes) => {
  const max = { topics, posts, votes };
  for (const thing of ['topics', 'posts', 'votes'] as const) {
    expect(refusal(() => mustHaveLeft(thing, { ...today, [thing]: max[thing] - 1 }, level))).toBe('nothing');
    const code = thing === 'votes' ? 'vote-limit' : 'daily-limit';
    expect(refusal(() => mustHaveLeft(thing, { ...today, [thing]: max[thing] }, level))).toEqual([code, max[thing]]);
  }
});

it('a newcomer waits longer between two posts', () => {
  const [first, later] = ['2026-03-02T09:00:00.000Z', '2026-03-02T09:00:04.500Z'];
  expect(trustLevels.map((level) => secondsToWait(first, later, level))).toEqual([26, 11, 1, 1, 1]);
  expect(secondsToWait(null, later, 0)).toBe(0);
  expect(secondsToWait(first, '2026-03-02T09:00:30.000Z', 0)).toBe(0);
});
