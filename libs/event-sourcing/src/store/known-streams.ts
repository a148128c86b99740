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
  /** The least recently touched first. */
  private readonly streams = new Map<string, KnownStream>();

  /** `maxStreams` are kept at most. */
  constructor(private readonly maxStreams = 4096) {}

  get(tenantId: string, streamId: string): KnownStream | undefined {
    return this.streams.get(keyOf(tenantId, streamId));
  }

  set(tenantId: string, streamId: string, known: KnownStream): void {
    this.delete(tenantId, streamId);
    if (known.eventIds.length > maxEvents) return;
    if (this.streams.size >= this.maxStreams) {
      const [oldest] = this.streams.keys();
      if (oldest !== undefined) this.streams.delete(oldest);
    }
    this.streams.set(keyOf(tenantId, streamId), known);
  }

  delete(tenantId: string, streamId: string): void {
    this.streams.delete(keyOf(tenantId, streamId));
  }
}

const keyOf = (tenantId: string, streamId: string): string => `${tenantId}/${streamId}`;
