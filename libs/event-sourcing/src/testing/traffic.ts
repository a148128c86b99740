import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { createPool } from '../database/sessions.js';
import { TenantDatabase } from '../database/tenant-database.js';
import { addTo, type Total } from './test-projection.js';
import { tenant, type TestLog } from './test-log.js';

/** Writers and readers of the totals, going on until they are stopped. */
export interface Traffic {
  /** Errors any of them got: there should be none. */
  readonly errors: readonly unknown[];
  readonly writes: number;
  readonly reads: number;
  /** While `work` goes on readers may see fewer events than before: a rollback shows tables that were left behind. */
  goingBack(work: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export function startTraffic(test: TestLog): Traffic {
  const pool = createPool({ url: test.database.appUrl, max: 4 });
  const tenants = new TenantDatabase(pool);
  const errors: unknown[] = [];
  let [writes, reads, running] = [0, 0, true];
  // Odd while readers may go back.
  let generation = 0;
  let stopped: Promise<void> | undefined;
  const keepOn = async (work: () => Promise<void>, pauseMs: number) => {
    while (running) {
      await work().catch((error: unknown) => errors.push(error));
      await pause(pauseMs);
    }
  };
  const write = (stream: string) => async () => {
    await addTo(test, `${stream}-${Math.floor(writes / 20)}`, 1 + (writes % 7), writes % 3);
    writes++;
  };
  const reader = () => {
    let seen = { generation, events: 0 };
    return async () => {
      const asked = generation;
      const [row] = await tenants.query<{ events: number }>(tenant, {
        name: 'events',
        text: 'select coalesce(sum(events), 0)::int as events from read_model.total',
      });
      const events = row?.events ?? -1;
      if (asked === generation && asked % 2 === 0) {
        if (seen.generation === asked && events < seen.events) errors.push(`${events} events after ${seen.events}`);
        seen = { generation: asked, events };
      }
      reads++;
    };
  };
  const all = Promise.all([
    keepOn(write('w1'), 15),
    keepOn(write('w2'), 25),
    keepOn(reader(), 4),
    keepOn(reader(), 10),
  ]);
  return {
    errors,
    get writes() {
      return writes;
    },
    get reads() {
      return reads;
    },
    goingBack: async (work) => {
      generation++;
      await work().finally(() => generation++);
    },
    stop: () => {
      running = false;
      stopped ??= all.then(() => pool.end());
      return stopped;
    },
  };
}

/** Rows of the live totals that differ from a fold of the log up to their checkpoint, both as of one moment. */
export async function differingRows(pool: pg.Pool): Promise<{ live: Total | null; folded: Total | null }[]> {
  const client = await pool.connect();
  try {
    await client.query(`begin isolation level repeatable read read only; set local guichet.tenant_id = '*'`);
    const { rows } = await client.query<{ live: Total | null; folded: Total | null }>(
      `with folded as (
         select stream_id, count(*)::int as events, sum((data ->> 'amount')::int)::int as sum, max(version) as version
           from event_log
          where position <= (select position from checkpoint where consumer = 'projection/totals' and slot = 'live' and log = 'own')
          group by stream_id),
       live as (select stream_id, events, sum::int, version from read_model.total)
       select to_jsonb(live) as live, to_jsonb(folded) as folded
         from live full join folded using (stream_id)
        where to_jsonb(live) is distinct from to_jsonb(folded)`,
    );
    return rows;
  } finally {
    await client.query('rollback');
    client.release();
  }
}
