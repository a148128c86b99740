import fc from 'fast-check';
import { limitsOf, reachedFrom, reaches, type TrustFigures, trustLevels } from './trust.js';

const none: TrustFigures = {
  ...{ topicsRead: 0, postsRead: 0, secondsRead: 0, daysVisited: 0, topicsAnswered: 0, votesGiven: 0 },
  ...{ votesReceived: 0, daysVisitedIn100Days: 0, topicsAnsweredIn100Days: 0, votesReceivedIn100Days: 0 },
  upheldFlagsIn100Days: 0,
};
const one: TrustFigures = { ...none, topicsRead: 5, postsRead: 30, secondsRead: 600 };
const two: TrustFigures = {
  ...none,
  ...{ topicsRead: 20, postsRead: 100, secondsRead: 3_600, daysVisited: 15 },
  ...{ topicsAnswered: 3, votesGiven: 1, votesReceived: 1 },
};
const three: TrustFigures = {
  ...two,
  ...{ daysVisitedIn100Days: 50, topicsAnsweredIn100Days: 10, votesReceivedIn100Days: 20, upheldFlagsIn100Days: 1 },
};

it.each([
  [1, one, ['topicsRead', 'postsRead', 'secondsRead']],
  [2, two, ['daysVisited', 'topicsRead', 'postsRead', 'secondsRead', 'topicsAnswered', 'votesGiven', 'votesReceived']],
  [3, three, ['daysVisitedIn100Days', 'topicsAnsweredIn100Days', 'votesReceivedIn100Days']],
] as const)('level %i asks for each of its figures', (level, enough, names) => {
  expect(reaches(level, enough)).toBe(true);
  for (const name of names)
    expect([name, reaches(level, { ...enough, [name]: enough[name] - 1 })]).toEqual([name, false]);
});
it('level 3 forgives one post that was hidden, and not two', () =>
  expect(reaches(3, { ...three, upheldFlagsIn100Days: 2 })).toBe(false));
it('no level is reached past one that is not', () => {
  expect(reachedFrom(0, three)).toBe(3);
  expect(reachedFrom(0, { ...three, topicsAnswered: 2 })).toBe(1);
  expect(reachedFrom(0, none)).toBe(0);
});
it('level 4 is given, and no figure takes a level away', () => {
  const figures = fc.record(
    Object.fromEntries(Object.keys(none).map((name) => [name, fc.nat(200)])) as Record<
      keyof TrustFigures,
      fc.Arbitrary<number>
    >,
  );
  fc.assert(
    fc.property(figures, fc.constantFrom(...trustLevels), (of, level) => {
      const reached = reachedFrom(level, of);
      expect(reached).toBeGreaterThanOrEqual(level);
      expect(reached === 4).toBe(level === 4);
    }),
  );
});
it('more of what opens a door never closes one', () => {
  const opening = Object.keys(none).filter((name) => name !== 'upheldFlagsIn100Days') as (keyof TrustFigures)[];
  const figures = fc.record(
    Object.fromEntries(Object.keys(none).map((name) => [name, fc.nat(4_000)])) as Record<
      keyof TrustFigures,
      fc.Arbitrary<number>
    >,
  );
  fc.assert(
    fc.property(figures, fc.constantFrom(...opening), fc.nat(1_000), (of, name, more) => {
      expect(reachedFrom(0, { ...of, [name]: of[name] + more })).toBeGreaterThanOrEqual(reachedFrom(0, of));
    }),
  );
});
it('a higher level allows at least as much', () => {
  for (const level of [1, 2, 3, 4] as const) {
    const [lower, higher] = [limitsOf((level - 1) as 0 | 1 | 2 | 3), limitsOf(level)];
    for (const name of Object.keys(lower) as (keyof typeof lower)[])
      expect([level, name, higher[name] >= lower[name]]).toEqual([level, name, true]);
  }
});
