import type { QueryConfig, QueryResult, QueryResultRow } from 'pg';
import type { RecordedEvent } from '../recorded-event.js';

/**
 * A read model folded from logs. The same code builds it live and beside the live one (a rebuild), so `apply` may
 * depend on nothing but the events it gets and the tables it keeps: no clock, no other table, no batch boundaries.
 */
export interface Projection {
  /** kebab-case, for ever. */
  readonly name: string;
  /** Raise it when `ddl` or `apply` changes meaning: the new version is built beside the live one, then swapped in. */
  readonly version: number;
  /** The tables it owns, without a schema. Each has a column `tenant_id uuid not null`. */
  readonly tables: readonly string[];
  /** Statements that create the tables and their indexes in `schema`; row-level security and grants are added. */
  ddl(schema: string): readonly string[];
  /**
   * Whether `apply` may have to do with the event. A batch that concerns it in nothing only moves the checkpoint, which
   * is cheaper than a transaction. By default every event does.
   */
  concerns?(event: RecordedEvent): boolean;
  /**
   * Applies one batch of one log, in log order, in one transaction with the checkpoint. An error undoes the batch; when
   * it comes back, the event that causes it is found and its stream parked.
   */
  apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void>;
  /**
   * After a live batch is committed, never in a rebuild: for live streams. `outcome` is what `apply` left in the
   * transaction.
   * Each event once in each process, through swaps too; after a rollback those the old tables had missed come again,
   * since the rows people look at change again.
   */
  afterCommit?(events: readonly RecordedEvent[], outcome: unknown): void;
}

export interface ProjectionTransaction {
  /** The schema that holds the tables: qualify every table with it. */
  readonly schema: string;
  /** The log the batch comes from: 'own' or 'received'. */
  readonly log: string;
  /**
   * Kept from batch to batch for as long as nobody else can have touched the tables: a place for rows just written, so
   * that the next batch need not read them back. Empty after a failed batch, a restart, a swap or an operator's replay.
   */
  readonly memory: Map<string, unknown>;
  /** Handed to `afterCommit`. */
  outcome?: unknown;
  query<R extends QueryResultRow = QueryResultRow>(
    query: string | QueryConfig,
    values?: unknown[],
  ): Promise<QueryResult<R>>;
  /**
   * A statement whose answer `apply` has no use for: it goes out at once, before the one before it is answered. Where
   * it fails, the batch does.
   */
  send(query: string | QueryConfig, values?: unknown[]): void;
}

/** Where a projection stands in one log. */
export interface ProjectionLag {
  readonly log: string;
  readonly position: number;
  readonly head: number;
  /** Events not applied yet. */
  readonly events: number;
  /** Age of the oldest event not applied yet; 0 when there is none. */
  readonly seconds: number;
}

/** What happens inside a runner, for metrics and logs. All optional. */
export interface RunnerObserver {
  batch?(batch: { consumer: string; log: string; events: number; position: number; seconds: number }): void;
  parked?(parked: { consumer: string; log: string; streamId: string; position: number; reason: string }): void;
  /** An error the runner lives on after: it will try again. */
  failed?(failure: { consumer: string; log?: string; error: unknown; attempt: number }): void;
  state?(change: { consumer: string; state: RunnerState }): void;
}

/**
 * `standby`: another replica has the lease. `outdated`: the live tables are of an older version than this code, waiting
 * for the swap. `superseded`: they are of a newer one.
 */
export type RunnerState = 'stopped' | 'standby' | 'active' | 'outdated' | 'superseded';
