/** How far the read model of the figures is: what an answer has seen. */
import type pg from 'pg';
import type { Counted, figuresOf } from '../definitions/item-forms.js';

export interface Through {
  /** When the newest event in the answer was recorded by its publisher; null before the first. */
  readonly recordedAt: string | null;
  /** Age of the oldest event received but not in the answer yet, in milliseconds; 0 where there is none. */
  readonly lagMs: number;
  /** Newest position in the answer, by publisher, and `received`: the arrival position in the received log. */
  readonly positions: Readonly<Record<string, number>>;
}

/** The projection that the figures are read from. */
export type Figures = 'ticket-facts' | (typeof figuresOf)[Counted];

const textOf = (figures: Figures) => `
  with seen as (
    select coalesce(max(position), 0) as position from checkpoint
    where consumer = 'projection/${figures}' and slot = 'live' and log = 'received')
  select seen.position::float8 as position, recorded_at, lag_ms, positions from seen, log_places(seen.position)`;

export async function readThrough(client: pg.ClientBase, figures: Figures): Promise<Through> {
  const { rows } = await client.query<{
    position: number;
    recorded_at: Date | null;
    lag_ms: number;
    positions: Record<string, number>;
  }>({ name: `kpis through ${figures}`, text: textOf(figures) });
  const [row] = rows;
  return {
    recordedAt: row?.recorded_at?.toISOString() ?? null,
    lagMs: Math.round(row?.lag_ms ?? 0),
    positions: { received: row?.position ?? 0, ...row?.positions },
  };
}
