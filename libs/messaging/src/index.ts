export { EmbeddedFeed } from './embedded/embedded-feed.js';
export type { BrokerLoss, FeedObserver } from './feed-observer.js';
export type {
  FeedEngine,
  FeedStatus,
  Publication,
  PublicationStatus,
  ServiceOptions,
  Stoppable,
  Subscription,
  SubscriptionStatus,
} from './feed.js';
export { KafkaFeed } from './kafka/kafka-feed.js';
export { isConnectionLoss } from './kafka/refusal.js';
export type { Compression, KafkaOptions, SaslOptions, TlsOptions } from './kafka/kafka-options.js';
export { Pause } from './pause.js';
export { asItIs, publisherOf, type Telling } from './publisher.js';
export type { PartitionCheckpoint } from './received-log/feed-checkpoints.js';
export type { Delivery, FeedRecord, UnreadableRecord } from './received-log/feed-record.js';
export { SeldomLines } from './seldom-lines.js';
export { receivedLogMigrations } from './received-log/migrations.js';
export { type Progress, type Received, ReceivedLog } from './received-log/received-log.js';
