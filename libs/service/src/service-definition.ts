/** A service as its module file tells it; `defineService` makes the rest of it. */
import type { Contracts } from '@guichet/contracts';
import type { Migration, Projection, RecordedEvent, Versioned } from '@guichet/event-sourcing';
import type { FeedEngine, Publication, ServiceOptions } from '@guichet/messaging';
import type { FactoryProvider, Provider, Type } from '@nestjs/common';

/** `own`: what the service itself has decided. `received`: what the services it follows have told. */
export type LogName = 'own' | 'received';

export interface ReadModelDefinition {
  /**
   * Built before the service's log is there: it may inject what it announces its changes to, and nothing of the
   * runtime.
   */
  readonly projection: Type<Projection> | FactoryProvider<Projection>;
  readonly reads: readonly LogName[];
}

/** What follows from an event: commands that are sent because of it. */
export interface Policy {
  /** Called at least once per event, those of a stream in order: derive ids of commands from the event's. */
  handle(event: RecordedEvent): Promise<void>;
}

export interface PolicyDefinition {
  /** kebab-case, for ever: its checkpoint is kept under it. */
  readonly name: string;
  readonly policy: Type<Policy>;
  /** The log that it follows. */
  readonly reads: LogName;
}

/** Something else that runs for as long as the service does. */
export interface Companion {
  /** Once the database is migrated, before anything else of the service runs. */
  start(): Promise<void>;
  /** Once the feeds have stopped, while everything else of the service still runs. */
  stop(): Promise<void>;
  /** Why requests cannot be answered; undefined while they can. Shown on /health/ready. */
  notReady(): string | undefined;
}

export interface CompanionDefinition {
  /** Its name on /health/ready. */
  readonly check: string;
  readonly companion: Type<Companion>;
}

/** What every service is given by its host. */
export interface ServiceSettings {
  /** The service's database as its application role. */
  readonly databaseUrl: string;
  /** The same database as its owner. Without it somebody else migrates, and the service waits for that. */
  readonly migrationDatabaseUrl?: string | undefined;
  /** Connections of its pool at most; by default what the service's definition says. */
  readonly connections?: number | undefined;
  /** The installation that the service belongs to; `guichet` by default. */
  readonly installation?: string;
  /** A service that tells or follows must have it. */
  readonly feed?: FeedEngine;
  /** As in ServiceOptions. */
  readonly pollMs?: number;
}

/** What is special about a service. The rest is the same for all, and made by `defineService`. */
export interface ServiceDefinition<Settings extends ServiceSettings = ServiceOptions> {
  /** Connections to its database at most: requests, runners and policies share them. */
  readonly connections: number;
  /** For a service that tells: the public event that one of its log is told as. See `publisherOf`. */
  readonly publish?: Publication['toPublic'];
  /** The deciders whose events are in its log: in which form those are written today, and how older forms are read. */
  readonly deciders: readonly Versioned[];
  /** Tables of its own, beside those of its logs. */
  readonly migrations?: readonly Migration[];
  readonly projections: readonly ReadModelDefinition[];
  readonly policies?: readonly PolicyDefinition[];
  readonly companions?: readonly CompanionDefinition[];
  /** By which it reads what it receives; the product's by default. */
  readonly contracts?: Contracts;
  /** Types of received events that are never kept, not for a later version either: what it must never show, or has no use for. */
  readonly leavesOut?: readonly string[];
  /** What is wrong with what the host gave it, one sentence each. */
  readonly problems?: (settings: Settings) => readonly string[];
  readonly controllers: readonly Type[];
  /**
   * They may inject by their class what runs behind the service: pg.Pool, EventStore, LogReader (its own log),
   * ReceivedLog,
   * TenantDatabase, PersonKeys, ProjectionAdmin, Freshness, Changes, LiveViews; and by SERVICE_SETTINGS what the host gave.
   */
  readonly providers: readonly Provider[];
}
