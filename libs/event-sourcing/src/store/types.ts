/** What the event store is asked, and what it answers. */
import type pg from 'pg';
import type { EventVersions } from '../event-versions.js';
import type { EventContext, RecordedEvent } from '../recorded-event.js';
import type { Sealing } from '../sealing/sealing.js';
import type { Wake } from '../wake.js';
import type { LogTail } from './log-tail.js';

export interface EventStoreOptions {
  /** The app role's pool; the store takes one connection of it while appends are waiting. */
  readonly pool: pg.Pool;
  /** The versions of the events of every decider the store is used with. Default: all events have version 1. */
  readonly versions?: EventVersions;
  /** Seals what is personal in the events of these deciders. Default: nothing is. */
  readonly sealing?: Sealing | undefined;
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
  /**
   * The caller's commandIds are of one kind for several tenants: one that another tenant's command has is
   * CommandReused.
   */
  readonly acrossTenants?: boolean;
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
