/** The instants at which something that lasts is asked about, such as the backlog; and how much one answer may hold. */
import { DomainError } from '@guichet/event-sourcing';
import type pg from 'pg';
import { type Bucket, bucketsOf, type Period } from '../definitions/period.js';
import type { AnyQuestion } from '../definitions/question.js';
import { periodOfQuestion } from './asked-period.query.js';

/** Groups times buckets: an answer with more is refused. */
const maxCuts = 50_000;
/** Of a series each step of which looks at all that is there at its instant. */
const maxInstants = 400;

const invalid = (code: string, parameter: string, message: string) =>
  new DomainError(code, message, { parameter }, 'invalid');

export interface Asked {
  readonly period: Period | undefined;
  readonly buckets: readonly Bucket[];
  readonly instants: readonly number[];
}

interface Asking {
  /** At the end of a bucket itself, instead of at its last millisecond. */
  readonly atEnds?: boolean;
  readonly firstDaySql?: string;
}

/**
 * One, or the ends of the buckets that have begun. A bucket does not have its end, and an instant has what begins at it: so a
 * bucket is asked at its last millisecond, the resolution of all times. Otherwise what is opened at midnight would be in the
 * backlog of the day before.
 */
export async function instantsOf(
  client: pg.ClientBase,
  tenantId: string,
  question: AnyQuestion,
  nowMs: number,
  { atEnds = false, firstDaySql }: Asking = {},
): Promise<Asked> {
  if (question.bucket === undefined) return { period: undefined, buckets: [], instants: [instantOf(question, nowMs)] };
  const period = await periodOfQuestion(client, tenantId, question, nowMs, firstDaySql);
  const begun = bucketsOf(period, question.bucket).filter(({ fromMs }) => fromMs <= nowMs);
  if (begun.length === 0) throw inTheFuture('from');
  return { period, buckets: begun, instants: begun.map(({ toMs }) => Math.min(atEnds ? toMs : toMs - 1, nowMs)) };
}

/** `at`, else the end of the period as far as it has come, else now. */
export function instantOf({ atMs, toMs }: Pick<AnyQuestion, 'atMs' | 'toMs'>, nowMs: number): number {
  if (atMs !== undefined && atMs > nowMs) throw inTheFuture('at');
  return atMs ?? Math.min(toMs ?? nowMs, nowMs);
}

const inTheFuture = (parameter: string) =>
  invalid('instant-in-the-future', parameter, 'What will be at an instant that has not come yet is not known.');

/** @throws DomainError `too-many-buckets` */
export function refuseManyInstants(instants: readonly number[]): void {
  if (instants.length <= maxInstants) return;
  const words = `This KPI is told at ${maxInstants} instants at most: ask for a shorter period.`;
  throw invalid('too-many-buckets', 'bucket', words);
}

/** @throws DomainError `too-many-buckets` */
export function refuseManyCuts(groups: readonly string[], buckets: readonly Bucket[]): void {
  if (groups.length * Math.max(1, buckets.length) <= maxCuts) return;
  throw invalid('too-many-buckets', 'groupBy', `More than ${maxCuts} groups times buckets: narrow the question.`);
}
