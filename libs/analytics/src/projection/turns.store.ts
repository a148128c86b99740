/** Turns of the event loop, shared with whatever else the process does. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import { setImmediate } from 'node:timers/promises';
import type { Write } from './bulk-table.store.js';

/** A statement up to this size the socket takes at once. */
const atOnceBytes = 1 << 16;

/** Sends a write, if there is one. PostgreSQL works on it while the caller goes on to prepare the next. */
export async function start(tx: ProjectionTransaction, write: Write | undefined): Promise<void> {
  if (!write) return;
  tx.send(write);
  if (write.values.reduce((bytes, { length }) => bytes + length, 0) > atOnceBytes) await setImmediate();
}

/** What is worked on between two turns of the event loop. */
const itemsInATurn = 200;

/** Works on each item, and lets the process do something else in between: a rebuild must not hold up what is live. */
export async function inTurns<Item>(items: Iterable<Item>, work: (item: Item) => void): Promise<void> {
  let worked = 0;
  for (const item of items) {
    work(item);
    if (++worked % itemsInATurn === 0) await setImmediate();
  }
}
