/**
 * The period of a question that leaves an end open: from the first day anything happened to the end of today. Without
 * buckets an open end goes to the full UTC hour, where cells and hourly counts can answer: nothing lies in between.
 */
import type pg from 'pg';
import { endOfLocalDay, type Period, periodOf, startOfLocalDay } from '../definitions/period.js';
import type { AnyQuestion } from '../definitions/question.js';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const firstTicketDay = 'select min(day) as day from read_model.cell_day where tenant_id = $1 and cuboid = 0';

/** @param firstDaySql answers `day` for the tenant $1: the first one (UTC, since 1970) on which anything happened. */
export async function periodOfQuestion(
  client: pg.ClientBase,
  tenantId: string,
  { fromMs, toMs, timeZone, bucket }: AnyQuestion,
  nowMs: number,
  firstDaySql = firstTicketDay,
): Promise<Period> {
  const toHour = (ms: number, round: (hours: number) => number) => (bucket ? ms : round(ms / hourMs) * hourMs);
  const to = toMs ?? toHour(endOfLocalDay(nowMs, timeZone), Math.ceil);
  if (fromMs !== undefined) return periodOf(fromMs, to, timeZone);
  const { rows } = await client.query<{ day: number | null }>(firstDaySql, [tenantId]);
  const first = (rows[0]?.day ?? Math.floor(nowMs / dayMs)) * dayMs;
  const from = toHour(startOfLocalDay(Math.min(first, to - dayMs), timeZone), Math.floor);
  return periodOf(from, to, timeZone);
}
