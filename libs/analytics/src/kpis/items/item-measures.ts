/** Measures of items as they were read, and what an answer says of them. Pure. */
import { bandsOf, type Reason, statisticsOf, type Summary } from '../answers/summary.js';
import type { CountForm, DurationForm, Measure } from '../definitions/item-forms.js';
import type { ItemKpi } from '../definitions/kpi-definition.js';
import type { Question } from '../definitions/question.js';
import { type Cut, exactSpread, type SpreadRow } from '../measure/measures.js';

export type MeasuredRow = {
  /** Of the instants or buckets that were asked about, from 0; null: the whole period. */
  readonly step: number | null;
  readonly grp: string | null;
  readonly is_whole: boolean;
  /** Of durations: items without one that are younger than each band. */
  readonly young?: readonly number[];
} & SpreadRow &
  Readonly<Partial<Record<Measure, number>>>;

const keyOf = (step: number | null, group: string | undefined): string => JSON.stringify([step, group]);

export class ItemMeasures {
  private readonly byKey: ReadonlyMap<string, MeasuredRow>;
  /** '' is the group of things without one. */
  readonly groups: readonly string[];

  constructor(
    private readonly question: Question<ItemKpi>,
    rows: readonly MeasuredRow[],
  ) {
    const groupOf = ({ grp, is_whole }: MeasuredRow) => (is_whole ? undefined : (grp ?? ''));
    this.byKey = new Map(rows.map((row) => [keyOf(row.step, groupOf(row)), row]));
    const isGrouped = question.groupBy !== undefined;
    this.groups = isGrouped ? [...new Set(rows.map(groupOf).filter((group) => group !== undefined))] : [];
  }

  summaryAt({ group, bucket }: Cut): Summary {
    const { kpi, bands } = this.question;
    const { form } = kpi;
    const row = this.byKey.get(keyOf(bucket ?? null, group));
    return form.kind === 'items' ? countSummary(form, row) : durationSummary(form, bands, row);
  }
}

function countSummary({ value, over, parts = [] }: CountForm, row: MeasuredRow | undefined): Summary {
  const read = (measure: Measure): number => row?.[measure] ?? 0;
  const beside = { parts: Object.fromEntries(parts.map((measure) => [measure, read(measure)])) };
  if (over === undefined) return { value: read(value), ...beside };
  const [numerator, denominator] = [read(value), read(over)];
  if (denominator > 0) return { value: numerator / denominator, numerator, denominator, ...beside };
  const text = 'Nothing to divide by: the population is empty.';
  return { value: null, reason: { code: 'no-denominator', text }, numerator, denominator, ...beside };
}

function durationSummary(form: DurationForm, bands: Question['bands'], row: MeasuredRow | undefined): Summary {
  const [n, open, of] = [row?.[form.measured] ?? 0, row?.[form.open] ?? 0, row?.[form.all] ?? 0];
  const spread = exactSpread(row ?? {});
  const statistics = statisticsOf({ n, spread });
  return {
    value: statistics.median,
    ...(n === 0 ? { reason: nothingMeasured(of) } : {}),
    ...{ ...statistics, of, open, bands: bandsOf(bands, spread, of, row?.young ?? []) },
  };
}

const nothingMeasured = (of: number): Reason => ({
  code: 'nothing-measured',
  text: of === 0 ? 'The population is empty.' : `None of the ${of} has come to it.`,
});
