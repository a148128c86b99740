/** Questions as the HTTP layer makes them. */
import { type Query, type Question, questionOf, ticketKpiOf } from '@guichet/analytics/parts';
import { lastDay } from './lives.js';

export function question(kpi: string, query: Query): Question {
  const definition = ticketKpiOf(kpi);
  if (!definition) throw new Error(`There is no KPI ${kpi}.`);
  return questionOf(definition, query, { timeZone: 'Etc/UTC' });
}

/** Midnight (UTC) some days before the year ends, as a date. */
export const daysBeforeEnd = (days: number): string => new Date(lastDay - days * 86_400_000).toISOString().slice(0, 10);

/** What "now" is in the questions. */
export const nowMs = lastDay;

export async function millisecondsOf(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}
