import fc from 'fast-check';
import { printOf } from './prints.js';
import { type FeatureCounts, leastTaught, spamLikelihood } from './spam-model.js';

/** What moderators would have said of made-up posts, one after another. */
class Lessons {
  total = { spam: 0, honest: 0 };
  readonly counts = new Map<number, FeatureCounts>();

  teach(text: string, kind: keyof FeatureCounts): void {
    this.total[kind] += 1;
    for (const feature of printOf(text).features) {
      const before = this.counts.get(feature) ?? { spam: 0, honest: 0 };
      this.counts.set(feature, { ...before, [kind]: before[kind] + 1 });
    }
  }
  likelihood = (text: string) => spamLikelihood(printOf(text).features, this);
}
const goods = ['watches', 'pills', 'loans', 'visas', 'followers', 'casino bonus', 'crypto signals'];
const praise = ['cheap', 'guaranteed', 'discreet', 'instant', 'best'];
const spam = (i: number) =>
  `Buy ${praise[i % 5]} ${goods[i % 7]} now, ${praise[(i * 3) % 5]} delivery worldwide, contact our sales team number ${i}`;
const things = ['router', 'invoice', 'password', 'printer', 'subscription', 'contract', 'phone'];
const faults = ['does not connect', 'shows an error', 'was charged twice', 'is lost', 'stopped after the update'];
const honest = (i: number) =>
  `Since ${i} days my ${things[i % 7]} ${faults[i % 5]}. I have tried to start it again. Does anybody know what to do?`;

it('says nothing until fifty of each kind were decided on', () => {
  const lessons = new Lessons();
  for (let i = 0; i < leastTaught; i++) {
    expect(lessons.likelihood(spam(i))).toBeUndefined();
    lessons.teach(spam(i), 'spam');
    if (i < leastTaught - 1) lessons.teach(honest(i), 'honest');
  }
  expect(lessons.likelihood(spam(0))).toBeUndefined();
  lessons.teach(honest(leastTaught), 'honest');
  expect(lessons.likelihood(spam(0))).toBeGreaterThan(0.95);
});
it('each next one is judged before it is learnt: spam is found, and no honest post is taken for it', () => {
  const lessons = new Lessons();
  const [found, wrong] = [new Set<number>(), new Set<number>()];
  for (let i = 0; i < 200; i++) {
    if ((lessons.likelihood(spam(i)) ?? 0) >= 0.95) found.add(i);
    if ((lessons.likelihood(honest(i)) ?? 0) >= 0.95) wrong.add(i);
    lessons.teach(spam(i), 'spam');
    lessons.teach(honest(i), 'honest');
  }
  expect(found.size).toBe(200 - leastTaught);
  expect([...wrong]).toEqual([]);
});
it('is the same in whichever order they were decided on', () => {
  const lessons = Array.from(
    { length: 120 },
    (_, i) => [i % 2 ? spam(i) : honest(i), i % 2 ? 'spam' : 'honest'] as const,
  );
  const taught = (order: typeof lessons) => {
    const model = new Lessons();
    for (const [text, kind] of order) model.teach(text, kind);
    return model.likelihood(spam(500));
  };
  expect(taught(lessons.toReversed())).toBe(taught(lessons));
});
it('is a likelihood, whatever was taught', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(8_191), { maxLength: 512 }),
      fc.array(fc.tuple(fc.nat(8_191), fc.nat(60), fc.nat(60)), { maxLength: 50 }),
      (features, known) => {
        const counts = new Map(
          known.map(([feature, ofSpam, ofHonest]) => [feature, { spam: ofSpam, honest: ofHonest }]),
        );
        const likelihood = spamLikelihood(features, { total: { spam: 60, honest: 60 }, counts });
        expect(likelihood).toBeGreaterThanOrEqual(0);
        expect(likelihood).toBeLessThanOrEqual(1);
        expect(spamLikelihood([], { total: { spam: 60, honest: 60 }, counts })).toBe(0.5);
      },
    ),
  ));
