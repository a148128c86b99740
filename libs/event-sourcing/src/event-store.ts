import type pg from 'pg';
import type { Decider, DomainCommand, DomainEvent } from './decider.js';
import { CommandReused, ConcurrencyConflict } from './errors.js';
import type { EventContext, RecordedEvent } from './recorded-event.js';
import { AppendQueue } from './store/append-queue.js';
import { EventIdTaken } from './store/event-id-taken.js';
import { CommandAnswers } from './store/command-answers.js';
import { fold, type Outcome, replay } from './store/command-result.js';
import { CommandRunner } from './store/command-runner.js';
import type { LogTail } from './store/log-tail.js';
import { type AppendRequest, type PendingAppend, type Stored, toPendingAppend } from './store/pending-append.js';
import { Remembered } from './store/remembered.js';
import { StreamReader } from './store/stream-reader.js';
import type { Wake } from './wake.js';

export interface EventStoreOptions {
  /** The app role's pool; the store takes one connection of it while appends are waiting. */
  readonly pool: pg.Pool;
  /** Notified after every commit. */
  readonly wake?: Wake;
  /** Gets what was appended, for the readers of this process. */
  readonly tail?: LogTail;
  /** Events in one batch at most (an append larger than this goes alone). Default 1,000. */
  readonly maxBatch?: number;
  /** Appends waiting at most, before StoreOverloaded. Default 20,000. */
  readonly maxQueued?: number;
  /** How long an append outlasts a lost connection before it fails. Default 10,000. */
  readonly reconnectMs?: number;
  readonly observe?: EventStoreObserver;
}

/** For metrics. */
export interface EventStoreObserver {
  /** One batch was answered by the database. */
  batch?(batch: { appends: number; events: number; conflicts: number; seconds: number }): void;
  /** One append was answered: seconds from the call to the answer. */
  append?(append: { seconds: number; outcome: 'stored' | 'refused' }): void;
  /** A failure the store tries to recover from, such as a lost connection. */
  failed?(error: unknown): void;
}

export interface CommandOptions {
  readonly context: EventContext;
  /** If given, the stream must be at this version (StaleVersion), and nothing is retried. */
  readonly expectedVersion?: number;
  /** Makes the command idempotent: see EventStore.transact. */
  readonly commandId?: string;
  readonly requestHash?: string;
}

export interface CommandResult {
  readonly streamId: string;
  readonly version: number;
  /** Of the last event of the stream touched; 0 if the stream is empty. */
  readonly position: number;
  /** What the command led to: none if it was so already. */
  readonly events: readonly RecordedEvent[];
  /** True when the command had been carried out before, and this is the answer of that time. */
  readonly replayed: boolean;
}

/** A stream folded into what `decide` reads. */
export interface Loaded<State> {
  readonly state: State;
  /** 0 if there is no such stream, or it is another tenant's. */
  readonly version: number;
  /** Of its last event; 0 if there is none. */
  readonly position: number;
}

/** The log of one service's database: appends are batched, positions dense and in commit order. */
export class EventStore {
  private readonly queue: AppendQueue;
  private readonly streams: StreamReader;
  private readonly answers: CommandAnswers;
  private readonly commands: CommandRunner;
  private readonly observe: EventStoreObserver;
  private readonly seen = new Remembered<true>({ forMs: 10_000, max: 4096 });

  constructor(options: EventStoreOptions) {
    const { pool, wake, tail, maxBatch = 1000, maxQueued = 20_000, reconnectMs = 10_000, observe = {} } = options;
    this.queue = new AppendQueue({ pool, wake, tail, maxBatch, maxQueued, reconnectMs, observe });
    this.streams = new StreamReader(pool);
    this.answers = new CommandAnswers(pool, this.streams);
    this.commands = new CommandRunner(this.streams, this.answers, (request) => this.store(request));
    this.observe = observe;
  }

  /**
   * Appends all events or none. ConcurrencyConflict if the stream is at another version; UnstorablePayload;
   * CommandReused if one of the named ids is taken by something else. The same named ids in the same request are
   * answered as the first time.
   */
  async append(request: AppendRequest): Promise<Pick<CommandResult, 'streamId' | 'version' | 'position'>> {
    const { streamId, expectedVersion, events } = request;
    const { stored, ...before } = await this.store(request);
    if (stored) return { streamId, version: expectedVersion + events.length, position: stored.position };
    const { earlier } = before as { earlier: CommandResult };
    return { streamId: earlier.streamId, version: earlier.version, position: earlier.position };
  }

  /** The events of a stream after a version, in order. Another tenant's stream is empty. */
  readStream(tenantId: string, streamId: string, afterVersion = 0): Promise<RecordedEvent[]> {
    return this.streams.read(tenantId, streamId, afterVersion);
  }

  /**
   * Whether the tenant has such a stream. That it has is remembered for ten seconds, because streams do not end; that it has
   * not is never.
   */
  async exists(tenantId: string, streamId: string): Promise<boolean> {
    const key = `${tenantId}/${streamId}`;
    if (this.seen.get(key)) return true;
    const exists = (await this.readStream(tenantId, streamId)).length > 0;
    if (exists) this.seen.set(key, true);
    return exists;
  }

  async load<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    tenantId: string,
    id: string,
  ): Promise<Loaded<State>> {
    const nothing = { state: decider.initial, version: 0, position: 0 };
    return fold(decider, nothing, await this.readStream(tenantId, `${decider.category}-${id}`));
  }

  /**
   * Loads the stream `<category>-<id>`, decides, appends what was decided; again if somebody else wrote in between, up to
   * ten times (then ConcurrencyConflict), unless the caller named a version (then StaleVersion).
   *
   * With a commandId the command takes effect once, whoever repeats it, from wherever and whenever: a repetition with the
   * same requestHash is answered as the first time, with another one it is CommandReused. That a command led to no events
   * is kept for 30 days (with a requestHash only). A refusal is no answer: nothing was done, and the id is free.
   */
  transact<State, Command extends DomainCommand, Event extends DomainEvent>(
    decider: Decider<State, Command, Event>,
    id: string,
    command: Command,
    options: CommandOptions,
  ): Promise<CommandResult> {
    return this.commands.run(decider, `${decider.category}-${id}`, command, options);
  }

  /** The answer this command was given before; undefined if it is new. @throws CommandReused if it was another request. */
  answered(options: CommandOptions): Promise<CommandResult | undefined> {
    return this.answers.find(options);
  }

  /** Work that ends in `transact`: what it refuses on the way there is not refused to a command that was carried out before. */
  once(options: CommandOptions, work: () => Promise<CommandResult>): Promise<CommandResult> {
    return work().catch((error: unknown) => this.commands.unlessAnswered(options, error));
  }

  /** Takes no more appends; answers when all that were waiting are answered. */
  close(): Promise<void> {
    return this.queue.close();
  }

  /** Stores the events; or finds that they are stored, by an earlier request or before a connection was lost. */
  private async store(request: AppendRequest): Promise<Outcome> {
    const started = performance.now();
    let pending: PendingAppend | undefined;
    let outcome: 'stored' | 'refused' = 'refused';
    try {
      const stored = await new Promise<Stored>((resolve, reject) => {
        pending = toPendingAppend(request, { resolve, reject });
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
