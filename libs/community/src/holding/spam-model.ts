/**
 * What moderators of a tenant have taken for spam, by the features of texts: naive Bayes. Learnt from their decisions
 * alone. Pure.
 */

/** Texts that hold a feature. */
export interface FeatureCounts {
  readonly spam: number;
  readonly honest: number;
}

export interface SpamModel {
  /** Texts that were decided on. */
  readonly total: FeatureCounts;
  /** Of the features that are asked for. */
  readonly counts: ReadonlyMap<number, FeatureCounts>;
}

/** Of each kind; before that it says nothing. */
export const leastTaught = 50;
/**
 * Neighbouring features say the same again and again: the most telling alone are multiplied, as P. Graham does ("A plan
 * for spam", 2002).
 */
const mostTelling = 30;

/** How likely it is that a text with these features is spam, from 0 to 1; undefined: too little is known. */
export function spamLikelihood(features: readonly number[], { total, counts }: SpamModel): number | undefined {
  if (total.spam < leastTaught || total.honest < leastTaught) return undefined;
  const odds = features
    .map((feature) => {
      const { spam = 0, honest = 0 } = counts.get(feature) ?? {};
      return Math.log(((spam + 1) / (total.spam + 2)) * ((total.honest + 2) / (honest + 1)));
    })
    .sort((a, b) => Math.abs(b) - Math.abs(a))
    .slice(0, mostTelling)
    .reduce((sum, each) => sum + each, 0);
  return 1 / (1 + Math.exp(-odds));
}
