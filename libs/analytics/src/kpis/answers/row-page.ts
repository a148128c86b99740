/** A page of the rows behind a number. Pure. */
import { instantText, type Period } from '../definitions/period.js';
import type { AnyQuestion } from '../definitions/question.js';
import type { Through } from './through.query.js';
import type { Totals } from './totals.js';

/** Where a list of rows stands. What "now" and the totals were on the first page stays so on the others. */
export interface PositionAfter<Key> {
  readonly nowMs: number;
  readonly after: Key;
  readonly totals: Totals;
}

export interface PageRequest<Question extends AnyQuestion, Key> {
  readonly tenantId: string;
  readonly question: Question;
  readonly nowMs: number;
  /** Not given: the first page. */
  readonly position?: PositionAfter<Key> | undefined;
  readonly limit: number;
}

export interface RowPage<Row, Key> {
  readonly kpi: string;
  readonly unit: string;
  readonly period?: { readonly from: string; readonly to: string; readonly timeZone: string };
  readonly at?: string;
  readonly count: number;
  readonly sum: number;
  readonly items: readonly Row[];
  readonly next: PositionAfter<Key> | undefined;
  readonly through: Through;
}

export interface FoundRows<Stored> {
  readonly question: AnyQuestion;
  readonly period: Period | undefined;
  /** Milliseconds, for a number of an instant. */
  readonly instantMs: number | undefined;
  readonly totals: Totals;
  /** One more than `limit` where there are more. */
  readonly rows: readonly Stored[];
  readonly nowMs: number;
  readonly limit: number;
  readonly through: Through;
}

export function rowPageOf<Stored, Row, Key>(
  { question: { kpi }, period, instantMs, totals, rows, nowMs, limit, through }: FoundRows<Stored>,
  rowOf: (stored: Stored) => Row,
  keyOf: (stored: Stored) => Key,
): RowPage<Row, Key> {
  const items = rows.slice(0, limit);
  const last = rows.length > limit ? items.at(-1) : undefined;
  return {
    ...{ kpi: kpi.id, unit: kpi.unit },
    ...(period && {
      period: { from: instantText(period.fromMs), to: instantText(period.toMs), timeZone: period.timeZone },
    }),
    ...(instantMs !== undefined && { at: instantText(instantMs) }),
    ...totals,
    items: items.map(rowOf),
    next: last && { nowMs, totals, after: keyOf(last) },
    through,
  };
}
