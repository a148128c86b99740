import { CommandReused, ConcurrencyConflict } from '../errors.js';
import type { EventVersions } from '../event-versions.js';
import { AppendQueue } from './append-queue.js';
import type { CommandAnswers } from './command-answers.js';
import { type Outcome, replay } from './command-result.js';
import { EventIdTaken } from './event-id-taken.js';
import { type AppendRequest, type PendingAppend, type Stored, toPendingAppend } from './pending-append.js';
import type { Sealing } from '../sealing/sealing.js';
import type { StreamReader } from './stream-reader.js';
import type { CommandResult, EventStoreObserver, EventStoreOptions } from './types.js';

/** Stores events once: what was stored by an earlier request, or before a connection was lost, is found again. */
export class Appender {
  private readonly queue: AppendQueue;
  private readonly observe: EventStoreObserver;
  private readonly sealing: Sealing | undefined;

  constructor(
    options: EventStoreOptions,
    private readonly versions: EventVersions,
    private readonly streams: StreamReader,
    private readonly answers: CommandAnswers,
  ) {
    const { pool, wake, tail, maxBatch = 1000, maxQueued = 20_000, reconnectMs = 10_000, observe = {} } = options;
    this.queue = new AppendQueue({ pool, wake, tail, maxBatch, maxQueued, reconnectMs, observe });
    this.observe = observe;
    this.sealing = options.sealing;
  }

  /** All events or none. Throws what EventStore.append throws. */
  async append(request: AppendRequest): Promise<Outcome> {
    const started = performance.now();
    let pending: PendingAppend | undefined;
    let outcome: 'stored' | 'refused' = 'refused';
    try {
      const sealed = this.sealing?.concerns(request.events)
        ? await this.sealing.seal(request.context.tenantId, request.events)
        : request.events;
      const stored = await new Promise<Stored>((resolve, reject) => {
        pending = toPendingAppend({ ...request, sealed }, this.versions, { resolve, reject });
        this.queue.add(pending);
      });
      outcome = 'stored';
      return { stored, pending: pending as unknown as PendingAppend };
    } catch (error) {
      const refused = error instanceof ConcurrencyConflict || error instanceof EventIdTaken;
      if (!refused || !pending) throw error;
      const earlier = await this.earlier(request, pending, error);
      outcome = 'stored';
      return { earlier };
    } finally {
      this.observe.append?.({ seconds: (performance.now() - started) / 1000, outcome });
    }
  }

  /** Takes no more appends; answers when all that were waiting are answered. */
  close(): Promise<void> {
    return this.queue.close();
  }

  private async earlier(request: AppendRequest, pending: PendingAppend, error: Error): Promise<CommandResult> {
    const { commandId, eventIds, requestHash, context } = request;
    if (!commandId && !eventIds && !pending.uncertain) throw error;
    if (commandId && !eventIds) {
      const answer = await this.answers.find({ commandId, requestHash, context });
      if (answer) return answer;
    } else {
      const found = await this.streams.withIds(context.tenantId, pending.eventIds);
      if (found.length === pending.eventIds.length) return replay(found);
    }
    if (error instanceof EventIdTaken) throw new CommandReused(pending.eventIds[0] ?? '');
    throw error;
  }
}
