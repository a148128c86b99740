/** Kafka topics. A topic has one publisher; its records are keyed by stream id. */
import type { Source } from './envelope.js';

/** The topic of a publisher's public events. */
export const topics: Readonly<Record<Source, string>> = {
  intake: 'guichet.intake.tickets.v1',
  routing: 'guichet.routing.handlings.v1',
};

/** One partition, short retention: how far the publisher has come, so that readers can wait for their own writes. */
export const progressTopics: Readonly<Record<Source, string>> = {
  intake: 'guichet.intake.progress.v1',
  routing: 'guichet.routing.progress.v1',
};
