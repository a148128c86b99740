import { LRUCache } from 'lru-cache';

/** What is believed of a stream: it was so when this process touched it last. */
export interface KnownStream {
  /** Whose `evolve` led to `state`. */
  readonly decider: object;
  readonly state: unknown;
  readonly version: number;
  /** Of its events, in order. */
  readonly eventIds: readonly string[];
}

/** A stream with more events is read from the log each time. */
const maxEvents = 200;

/**
 * The streams this process has touched lately, folded: a command about one of them need not read it again to decide.
 * Others may have written since, so that only an append at this version proves the belief right.
 */
export class KnownStreams {
  private readonly streams: LRUCache<string, KnownStream>;

  /** `maxStreams` are kept at most. */
  constructor(maxStreams = 4096) {
    this.streams = new LRUCache({ max: maxStreams });
  }

  get(tenantId: string, streamId: string): KnownStream | undefined {
    return this.streams.get(keyOf(tenantId, streamId));
  }

  set(tenantId: string, streamId: string, known: KnownStream): void {
    if (known.eventIds.length > maxEvents) this.delete(tenantId, streamId);
    else this.streams.set(keyOf(tenantId, streamId), known);
  }

  delete(tenantId: string, streamId: string): void {
    this.streams.delete(keyOf(tenantId, streamId));
  }
}

const keyOf = (tenantId: string, streamId: string): string => `${tenantId}/${streamId}`;
