import type { PublicEvent } from '@guichet/contracts';
import type { Link } from './chain.js';

/** A record that cannot be read as a public event. It is kept, so that its stream is parked instead of lost. */
export interface UnreadableRecord {
  /** The record's key: the stream id. */
  readonly streamId: string;
  readonly reason: string;
  readonly raw: Uint8Array;
  /** What is known all the same. */
  readonly id?: string;
  readonly tenantId?: string;
  readonly version?: number;
  /** Milliseconds since 1970. */
  readonly atMs?: number;
}

/** What a feed delivers: an event and its place in the chain of its partition. */
export interface FeedRecord extends Link {
  readonly event: PublicEvent | UnreadableRecord;
  /** Where to go on reading after this record: the next offset in Kafka, the position in the publisher's own log. */
  readonly cursor: number;
}

/** A batch of one partition of a feed. */
export interface Delivery {
  /** The topic's name, or `embedded`: each feed counts its own partitions and cursors. */
  readonly feed: string;
  readonly source: string;
  readonly partition: number;
  readonly records: readonly FeedRecord[];
  /** Where to go on reading after everything delivered, records left out included. */
  readonly cursor: number;
  /** Everything public up to this position of the publisher's log has come with this delivery or before it. */
  readonly upTo?: number;
}

export const isUnreadable = (event: FeedRecord['event']): event is UnreadableRecord => 'raw' in event;
