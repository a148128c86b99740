/** The period of a question that leaves an end open: from the first day anything happened to the end of today. */
import type pg from 'pg';
import { endOfLocalDay, type Period, periodOf, startOfLocalDay } from '../definitions/period.js';
import type { Question } from '../definitions/question.js';

const dayMs = 86_400_000;

export async function periodOfQuestion(
  client: pg.ClientBase,
  tenantId: string,
  { fromMs, toMs, timeZone }: Question,
  nowMs: number,
): Promise<Period> {
  const to = toMs ?? endOfLocalDay(nowMs, timeZone);
  if (fromMs !== undefined) return periodOf(fromMs, to, timeZone);
  const { rows } = await client.query<{ day: number | null }>(
    'select min(day) as day from read_model.cell_day where tenant_id = $1 and cuboid = 0',
    [tenantId],
  );
  const first = (rows[0]?.day ?? Math.floor(nowMs / dayMs)) * dayMs;
  return periodOf(startOfLocalDay(Math.min(first, to - dayMs), timeZone), to, timeZone);
}
