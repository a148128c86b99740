/** Measures of the knowledge base as they were read, and what an answer says of them. Pure. */
import type { Summary } from '../answers/summary.js';
import type { KnowledgeForm, Measure } from '../definitions/knowledge-forms.js';
import type { Cut } from '../measure/measures.js';

export type MeasuredRow = {
  /** Of the instants or buckets that were asked about, from 0; null: the whole period. */
  readonly step: number | null;
  readonly grp: string | null;
  readonly is_whole: boolean;
} & Readonly<Partial<Record<Measure, number>>>;

const keyOf = (step: number | null, group: string | undefined): string => JSON.stringify([step, group]);

export class KnowledgeMeasures {
  private readonly byKey: ReadonlyMap<string, MeasuredRow>;
  /** '' is the group of things without one. */
  readonly groups: readonly string[];

  constructor(
    private readonly form: KnowledgeForm,
    rows: readonly MeasuredRow[],
    isGrouped: boolean,
  ) {
    const groupOf = ({ grp, is_whole }: MeasuredRow) => (is_whole ? undefined : (grp ?? ''));
    this.byKey = new Map(rows.map((row) => [keyOf(row.step, groupOf(row)), row]));
    this.groups = isGrouped ? [...new Set(rows.map(groupOf).filter((group) => group !== undefined))] : [];
  }

  summaryAt({ group, bucket }: Cut): Summary {
    const { value, over, parts = [] } = this.form;
    const row = this.byKey.get(keyOf(bucket ?? null, group));
    const read = (measure: Measure): number => row?.[measure] ?? 0;
    const beside = { parts: Object.fromEntries(parts.map((measure) => [measure, read(measure)])) };
    if (over === undefined) return { value: read(value), ...beside };
    const [numerator, denominator] = [read(value), read(over)];
    if (denominator > 0) return { value: numerator / denominator, numerator, denominator, ...beside };
    const text = 'Nothing to divide by: the population is empty.';
    return { value: null, reason: { code: 'no-denominator', text }, numerator, denominator, ...beside };
  }
}
