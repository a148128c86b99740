/** The Feed port: how a service's public events reach the services that follow it. Two engines, one behaviour. */
import type { PublicEvent } from '@guichet/contracts';
import type { LogReader, RecordedEvent } from '@guichet/event-sourcing';
import type pg from 'pg';
import type { ReceivedLog } from './received-log/received-log.js';

/** What a service publishes: its own log, seen through a mapping. */
export interface Publication {
  readonly source: string;
  readonly log: LogReader;
  /** The database the log lives in; the relay keeps its checkpoint there (see `receivedLogMigrations`). */
  readonly pool: pg.Pool;
  /** Of the database, the same in all replicas: on Kafka one database alone serves a service of an installation. */
  readonly databaseId?: string | undefined;
  /** Pure. `undefined` keeps an event private. */
  toPublic(event: RecordedEvent): PublicEvent | undefined;
}

/** What a service follows: every public event of the sources is received into its received log, once and in order. */
export interface Subscription {
  /** Name of the following service; on Kafka also its consumer group. */
  readonly consumer: string;
  readonly sources: readonly string[];
  readonly receivedLog: ReceivedLog;
  /** As in Publication. */
  readonly databaseId?: string | undefined;
}

export interface Stoppable {
  /** Finishes what is under way, then stops. */
  stop(): Promise<void>;
}

export interface FeedEngine {
  publish(publication: Publication): Promise<Stoppable>;
  subscribe(subscription: Subscription): Promise<Stoppable>;
  /** Asks the databases; rejects while they are away. */
  status(): Promise<FeedStatus>;
  /**
   * Why this process should get no requests; undefined when it may. Another database may serve its service on these
   * brokers, or that may not be known yet.
   */
  notReady?(): Promise<string | undefined>;
  /** False when this process can only recover by being started again: for the liveness probe. Asks nobody. */
  readonly live: boolean;
  /**
   * An operator has looked: lets the halted partitions of a source flow again for the followers of this process, and
   * answers how many there were. With `search`, for a source that is republished, they first pass over what they cannot
   * use.
   */
  resume(source: string, options?: { readonly search?: boolean }): Promise<number>;
  /** Has a publisher of this process send its whole log once more; followers drop what they have. */
  republish(source: string): Promise<void>;
}

export interface PublicationStatus {
  readonly source: string;
  /** Position in the publisher's log up to which everything public has been sent. */
  readonly position: number;
  readonly head: number;
  /** Age of the oldest event in the log that has not been sent; 0 when all have. */
  readonly lagSeconds?: number;
  /** Whether this process holds the lease; another replica does otherwise. */
  readonly leading: boolean;
  /** The last failure, until the next success. */
  readonly error?: string;
  /** Why this process publishes nothing until an operator has looked. */
  readonly halted?: string;
}

export interface SubscriptionStatus {
  readonly consumer: string;
  readonly source: string;
  readonly partition: number;
  /** string position of the last event received on this partition. */
  readonly position: number;
  /** Records of the topic after the last one received, by the topic's end; undefined where that is not known. */
  readonly lagRecords?: number;
  /** For how long the oldest of them has been seen to wait. */
  readonly lagSeconds?: number;
  /** Why this partition stands still until an operator resumes it; undefined while it flows. */
  readonly halted?: string;
}

export interface FeedStatus {
  readonly engine: 'embedded' | 'kafka';
  readonly live: boolean;
  /** Whether Kafka's brokers answer; undefined before they were asked, and where there are none. */
  readonly brokersReached?: boolean;
  /** One sentence each: what an operator has to look at. Empty when all is well. */
  readonly problems: readonly string[];
  readonly publications: readonly PublicationStatus[];
  readonly subscriptions: readonly SubscriptionStatus[];
}

/** What every service module is given. */
export interface ServiceOptions {
  /** The service's database as its application role. */
  readonly databaseUrl: string;
  /** The same database as its owner. Without it somebody else migrates, and the service waits for that. */
  readonly migrationDatabaseUrl?: string | undefined;
  /** Connections of its pool at most; by default what the service's definition says. */
  readonly connections?: number | undefined;
  /** The installation that the service belongs to; `guichet` by default. */
  readonly installation?: string;
  readonly feed: FeedEngine;
  /**
   * How often runners look at their logs for what another process may have written there, ms; what this process writes
   * wakes them. Default 50; the only process of an installation may look seldom, and costs less while nobody works.
   */
  readonly pollMs?: number;
}
