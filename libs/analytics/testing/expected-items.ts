/** Test support: what an answer about countable items must say, from measures that were counted one by one. */
import type { CountForm, Measure } from '../src/kpis/definitions/item-forms.js';
import type { ItemKpi } from '../src/kpis/definitions/kpi-definition.js';

/** Its value is a count, or a share of one. */
export type CountKpi = ItemKpi & { readonly form: CountForm };
export type Counts = Readonly<Partial<Record<Measure, number>>>;

export function expectedOf(
  { form: { value, over, parts = [] } }: { readonly form: CountForm },
  counts: Counts,
): object {
  const count = (measure: Measure): number => {
    const counted = counts[measure];
    if (counted === undefined) throw new Error(`Nobody has counted ${measure}.`);
    return counted;
  };
  const beside = { parts: Object.fromEntries(parts.map((part) => [part, count(part)])) };
  if (over === undefined) return { value: count(value), ...beside };
  const [numerator, denominator] = [count(value), count(over)];
  return { value: denominator === 0 ? null : numerator / denominator, numerator, denominator, ...beside };
}
