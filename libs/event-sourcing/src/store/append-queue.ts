import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import {
  isConnectionLost,
  isNotTheEventsFault,
  isUniqueViolation,
  isValueRefused,
} from '../database/postgres-errors.js';
import { checkOut } from '../database/sessions.js';
import { ConcurrencyConflict, StoreOverloaded, UnstorablePayload } from '../errors.js';
import type { EventStoreObserver } from './types.js';
import type { Wake } from '../wake.js';
import { type Answer, appendBatch, appendOne } from './append-statements.js';
import { EventIdTaken } from './event-id-taken.js';
import type { LogTail } from './log-tail.js';
import { maxAppendSize, type PendingAppend, storedEvents } from './pending-append.js';

export interface AppendQueueOptions {
  readonly pool: pg.Pool;
  readonly wake?: Wake;
  readonly tail?: LogTail;
  readonly maxBatch: number;
  readonly maxQueued: number;
  readonly reconnectMs: number;
  readonly observe: EventStoreObserver;
}

/**
 * Group commit: while one batch is on its way, what arrives gathers into the next. One batch is in flight at a time, on
 * one connection, with at most one append per stream.
 */
export class AppendQueue {
  /** By tenant and stream. */
  private waiting = new Map<string, PendingAppend[]>();
  private queued = 0;
  private running: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: AppendQueueOptions) {}

  add(append: PendingAppend): void {
    if (this.closed) throw new Error('The event store is closed.');
    if (this.queued >= this.options.maxQueued) throw new StoreOverloaded(`${this.queued} appends are waiting already.`);
    const key = keyOf(append);
    const ofStream = this.waiting.get(key);
    if (ofStream) ofStream.push(append);
    else this.waiting.set(key, [append]);
    this.queued++;
    this.running ??= this.run();
  }

  /** Takes no more appends; answers when the waiting ones are answered. */
  async close(): Promise<void> {
    this.closed = true;
    await this.running;
  }

  private async run(): Promise<void> {
    // Whatever the writers woken by the last batch, or arriving in this turn of the event loop, want to append.
    await new Promise(setImmediate);
    let client: pg.PoolClient | undefined;
    while (this.queued > 0) {
      const batch = this.take();
      client = await this.write(batch, client);
    }
    client?.release();
    this.running = undefined;
  }

  /** The oldest append of as many streams as fit. */
  private take(): PendingAppend[] {
    const batch: PendingAppend[] = [];
    const left: [string, PendingAppend[]][] = [];
    let events = 0;
    let size = 0;
    for (const [key, appends] of this.waiting) {
      const [first, ...others] = appends as [PendingAppend, ...PendingAppend[]];
      events += first.types.length;
      size += first.size;
      if (batch.length > 0 && (events > this.options.maxBatch || size > maxAppendSize)) break;
      batch.push(first);
      this.waiting.delete(key);
      if (others.length > 0) left.push([key, others]);
    }
    // To the end of the line, so that a hot stream does not starve the others.
    for (const [key, appends] of left) this.waiting.set(key, appends);
    this.queued -= batch.length;
    return batch;
  }

  /** Sends a batch until it is answered; answers the connection to go on with. */
  private async write(batch: readonly PendingAppend[], client?: pg.PoolClient): Promise<pg.PoolClient | undefined> {
    const deadline = performance.now() + this.options.reconnectMs;
    let connection = client;
    for (let pauseMs = 20; ; pauseMs = Math.min(pauseMs * 2, 1000)) {
      const open = batch.filter(({ answered }) => !answered);
      try {
        connection ??= await checkOut(this.options.pool);
        await this.send(connection, open);
        return connection;
      } catch (error) {
        this.options.observe.failed?.(error);
        connection?.release(true);
        connection = undefined;
        for (const append of open) append.uncertain = true;
        if (!isConnectionLost(error) || performance.now() > deadline) {
          for (const append of open) if (!append.answered) this.fail(append, error);
          return undefined;
        }
        await pause(pauseMs);
      }
    }
  }

  /** Throws if the connection is lost, with the outcome of the unanswered appends unknown. */
  private async send(client: pg.PoolClient, batch: readonly PendingAppend[]): Promise<void> {
    const started = performance.now();
    const answers = await this.store(client, batch);
    if (!answers) return;
    this.remember(batch, answers);
    this.options.wake?.notify();
    batch.forEach((append, i) => this.settle(append, answers[i] as Answer));
    this.options.observe.batch?.({
      appends: batch.length,
      events: batch.reduce((sum, { types }) => sum + types.length, 0),
      conflicts: answers.filter((answer) => 'actual' in answer).length,
      seconds: (performance.now() - started) / 1000,
    });
  }

  /** Nothing if the appends have been answered one way or the other already. */
  private async store(client: pg.PoolClient, batch: readonly PendingAppend[]): Promise<Answer[] | undefined> {
    try {
      return await store(client, batch);
    } catch (error) {
      if (isConnectionLost(error)) throw error;
      if (batch.length === 1 || isNotTheEventsFault(error)) {
        for (const append of batch) this.fail(append, error);
        return undefined;
      }
    }
    // One append spoils the batch (an event id that is taken, a value PostgreSQL refuses): find it by halves.
    const middle = batch.length >> 1;
    await this.send(client, batch.slice(0, middle));
    await this.send(client, batch.slice(middle));
    return undefined;
  }

  private remember(batch: readonly PendingAppend[], answers: readonly Answer[]): void {
    const { tail } = this.options;
    if (!tail) return;
    batch.forEach((append, i) => {
      const answer = answers[i] as Answer;
      if ('actual' in answer) return;
      for (const event of storedEvents(append, answer)) tail.add(event);
    });
  }

  private settle(append: PendingAppend, answer: Answer): void {
    if ('actual' in answer) this.fail(append, refusal(append, answer.actual));
    else {
      append.answered = true;
      append.resolve(answer);
    }
    const version = 'actual' in answer ? answer.actual : append.expectedVersion + append.types.length;
    this.refuseOvertaken(keyOf(append), version);
  }

  /** Versions only grow: an append that waits for one that has passed is refused without asking the database. */
  private refuseOvertaken(key: string, version: number): void {
    const waiting = this.waiting.get(key);
    if (!waiting) return;
    const hopeful = waiting.filter(({ expectedVersion }) => expectedVersion >= version);
    if (hopeful.length > 0) this.waiting.set(key, hopeful);
    else this.waiting.delete(key);
    this.queued -= waiting.length - hopeful.length;
    for (const append of waiting) if (append.expectedVersion < version) this.fail(append, refusal(append, version));
  }

  private fail(append: PendingAppend, error: unknown): void {
    append.answered = true;
    append.reject(reasonOf(error));
  }
}

function reasonOf(error: unknown): unknown {
  if (isUniqueViolation(error)) return new EventIdTaken('An event id is taken.', { cause: error });
  if (!isValueRefused(error)) return error;
  return new UnstorablePayload(`PostgreSQL refuses the event: ${(error as Error).message}.`, { cause: error });
}

function refusal(append: PendingAppend, actual: number): Error {
  return new ConcurrencyConflict(append.streamId, append.expectedVersion, actual);
}

/** Ids of streams are unique within their tenant. */
const keyOf = ({ tenantId, streamId }: PendingAppend): string => `${tenantId.toLowerCase()}/${streamId}`;

async function store(client: pg.PoolClient, batch: readonly PendingAppend[]): Promise<Answer[]> {
  const [only] = batch;
  return only && batch.length === 1 && only.types.length === 1
    ? [await appendOne(client, only)]
    : appendBatch(client, batch);
}
