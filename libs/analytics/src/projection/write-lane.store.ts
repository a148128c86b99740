import type { ProjectionTransaction } from '@guichet/event-sourcing';
import type { QueryConfig } from 'pg';
import { setImmediate } from 'node:timers/promises';

/**
 * Writes of one transaction, one after the other, while the caller goes on to prepare the next: PostgreSQL and this process
 * work at the same time, and the process's event loop turns in between.
 */
export class WriteLane {
  private running: Promise<unknown> = Promise.resolve();

  constructor(private readonly tx: ProjectionTransaction) {}

  get schema(): string {
    return this.tx.schema;
  }

  /** Starts a write as soon as the one before is done, and does not wait for it. Throws what the one before threw. */
  async start(write: QueryConfig | undefined): Promise<void> {
    if (!write) return;
    await this.running;
    this.running = this.tx.query(write);
    this.running.catch(() => undefined); // thrown to whoever starts the next, or finishes
    await setImmediate(); // lets the socket take the statement before the caller computes on
  }

  /** Waits for the last write. */
  async finish(): Promise<void> {
    await this.running;
  }

  /** Waits for the last write whatever becomes of it: the transaction is being given up for another reason. */
  async abandon(): Promise<void> {
    await this.running.catch(() => undefined);
  }
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
