import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { LogDamaged } from '../errors.js';
import { LogReader } from '../log-reader.js';
import type { Seen } from './history.js';

/** A reader that follows a log as it grows, through lost connections and restarts of the server. */
export interface Tail {
  /** Reads on to the position, and answers all it saw. */
  finish(position: number): Promise<Seen>;
}

export function startTail(pool: pg.Pool, reader: string, after = 0): Tail {
  const log = new LogReader({ pool, table: 'event_log' });
  const events: { position: number; eventId: string }[] = [];
  let goal = Infinity;
  const following = (async () => {
    while ((events.at(-1)?.position ?? after) < goal) {
      try {
        const page = await log.read(events.at(-1)?.position ?? after, 200);
        events.push(...page.map(({ position, eventId }) => ({ position, eventId })));
        if (page.length === 0) await pause(5);
      } catch (error) {
        if (error instanceof LogDamaged) throw error;
        await pause(50);
      }
    }
  })();
  // Whoever finishes hears of the error.
  following.catch(() => {});
  return {
    finish: async (position) => {
      goal = position;
      await following;
      return { reader, after, events };
    },
  };
}
