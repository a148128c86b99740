/** Kafka topics of the product. A topic has one publisher; its records are keyed by stream id. */
import { contracts } from './registry.js';
import { type Source, sources } from './services.js';

const bySource = (nameOf: (source: Source) => string): Readonly<Record<Source, string>> =>
  Object.fromEntries(sources.map((source) => [source, nameOf(source)])) as Record<Source, string>;

/** The topic of a publisher's public events. */
export const topics = bySource((source) => contracts.topicOf(source));

/** One partition, short retention: how far the publisher has come, so that readers can wait for their own writes. */
export const progressTopics = bySource((source) => contracts.progressTopicOf(source));
