import type { Contracts } from '@guichet/contracts';
import type { FeedObserver } from '../feed-observer.js';

export type Compression = 'none' | 'gzip' | 'zstd';

export type SaslOptions =
  | {
      readonly mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
      readonly username: string;
      readonly password: string;
    }
  | {
      readonly mechanism: 'oauthbearer';
      /** OAuth 2.0 token endpoint; asked with the client_credentials grant. */
      readonly tokenUrl: string;
      readonly clientId: string;
      readonly clientSecret: string;
      readonly scope?: string;
    };

/** PEM texts; without `ca` the system's certificate authorities are trusted. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaOptions {
  /** What is published and followed; the product's by default. */
  readonly contracts?: Contracts;
  /** host:port each. */
  readonly brokers: readonly string[];
  /** Seen in the broker's logs and quotas: the service's name. */
  readonly clientId: string;
  readonly tls?: TlsOptions;
  readonly sasl?: SaslOptions;
  /** The names of topics and consumer groups begin with it; `guichet` by default. */
  readonly installation?: string;
  /** Put before these names, where the brokers' rights or rules ask for it. */
  readonly topicPrefix?: string;
  /** Whether missing topics are created; otherwise somebody else does, and they are awaited. Default true. */
  readonly createTopics?: boolean;
  /** Partitions of a topic created here. It cannot be changed later: streams would lose their order. Default 6. */
  readonly partitions?: number;
  /** Copies of a topic created here; -1, the default, leaves it to the cluster. */
  readonly replicationFactor?: number;
  /** Copies that must have a record before it counts as sent; by default the cluster's setting. */
  readonly minInSyncReplicas?: number;
  readonly compression?: Compression;
  /**
   * Time after which the group gives a silent member's partitions to others, ms. Default 6,000, the least a broker
   * grants: a member that died keeps the whole group waiting so long, and one that was merely slow loses nothing but
   * time.
   */
  readonly sessionTimeoutMs?: number;
  readonly observe?: FeedObserver;
}
