import type { KpiClient } from './kpi-client.js';

/**
 * When the last event of a log happened: the month, then the day, by series; the instant by the tickets of that day.
 */
export async function lastEventAt(client: KpiClient): Promise<string | null> {
  const busy = async (bucket: string, period: Readonly<Record<string, string>>) =>
    (await client.kpi('activities', { bucket, ...period })).series.findLast(({ value }) => value !== 0);
  const month = await busy('month', {});
  const day = month && (await busy('day', { from: month.from, to: month.to }));
  if (!day) return null;
  let latest: string | null = null;
  const seen = new Set<string>();
  for await (const { ticketId } of client.rows('activities', { from: day.from, to: day.to })) {
    if (seen.has(ticketId)) continue;
    seen.add(ticketId);
    const { lastEventAt: at } = await client.ticket(ticketId);
    if (latest === null || at > latest) latest = at;
  }
  return latest;
}
