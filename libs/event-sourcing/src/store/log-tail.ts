import type { RecordedEvent } from '../recorded-event.js';
import { asRecorded, sizeOf, type StoredEvent } from './pending-append.js';

export interface LogTailOptions {
  /** Default 16,384. */
  readonly maxEvents?: number;
  /** Characters of data and metadata as JSON. Default 32 Mi. */
  readonly maxSize?: number;
}

/**
 * The newest events of a log that this process has appended, as a reader would get them: its readers need not ask the
 * database to follow, and parse each event once between them. It holds one run without holes; what other processes
 * append, or what is older, is read from the log. An event is decoded when the first reader asks for it; readers share
 * it, and nobody may change it.
 */
export class LogTail {
  private readonly maxEvents: number;
  private readonly maxSize: number;
  /** The event at position p is at p % maxEvents: here as it was stored, or below as it was first read. */
  private readonly stored: (StoredEvent | undefined)[] = [];
  private readonly decoded: (RecordedEvent | undefined)[] = [];
  private readonly sizes: number[] = [];
  private first = 1;
  private last = 0;
  private size = 0;

  constructor({ maxEvents = 16_384, maxSize = 32 * 1024 * 1024 }: LogTailOptions = {}) {
    this.maxEvents = maxEvents;
    this.maxSize = maxSize;
  }

  /** Takes a committed event; one that does not follow the last (another process appended) begins a new run. */
  add(event: StoredEvent): void {
    if (event.position !== this.last + 1) this.clear(event.position);
    const place = event.position % this.maxEvents;
    if (this.last - this.first + 1 === this.maxEvents) this.dropFirst();
    const size = sizeOf(event);
    this.stored[place] = event;
    this.sizes[place] = size;
    this.size += size;
    this.last = event.position;
    while (this.size > this.maxSize) this.dropFirst();
  }

  /** Up to `limit` events after position `after`; undefined if the log has to be asked. */
  page(after: number, limit: number): RecordedEvent[] | undefined {
    if (after + 1 < this.first || after >= this.last) return undefined;
    const page: RecordedEvent[] = [];
    for (let position = after + 1; position <= this.last && page.length < limit; position++) {
      page.push(this.at(position % this.maxEvents));
    }
    return page;
  }

  private at(place: number): RecordedEvent {
    const event = (this.decoded[place] ??= asRecorded(this.stored[place] as StoredEvent));
    this.stored[place] = undefined;
    return event;
  }

  private dropFirst(): void {
    const place = this.first % this.maxEvents;
    this.size -= this.sizes[place] ?? 0;
    this.stored[place] = undefined;
    this.decoded[place] = undefined;
    this.first++;
  }

  private clear(next: number): void {
    this.stored.length = 0;
    this.decoded.length = 0;
    this.sizes.length = 0;
    this.size = 0;
    this.first = next;
    this.last = next - 1;
  }
}
