import type pg from 'pg';
import { LogDamaged } from './errors.js';
import type { RecordedEvent } from './recorded-event.js';
import type { Sealing } from './sealing/sealing.js';
import { int8Array } from './store/binary-arrays.js';
import { type EventRow, eventColumns, isoTime, rawText, receivedColumns, toRecordedEvent } from './store/event-rows.js';
import type { LogTail } from './store/log-tail.js';
import { Wake } from './wake.js';

/** An event that came from another service's feed, as `received_log` keeps it: `position` counts arrivals. */
export interface ReceivedEvent<Data = unknown> extends RecordedEvent<Data> {
  readonly source: string;
  /** Its position in the log it comes from. */
  readonly sourcePosition: number;
  readonly receivedAt: string;
}

export interface Page {
  readonly events: RecordedEvent[];
  /** False: the log ended here when it was read, as far as it told. */
  readonly hasMore: boolean;
}

export interface LogReaderOptions {
  readonly pool: pg.Pool;
  readonly table: 'event_log' | 'received_log';
  /**
   * Turns an event as it stands in the log into what readers get: see EventVersions and the contracts. Default: as it
   * stands.
   */
  readonly upcast?: (event: RecordedEvent) => RecordedEvent;
  /** Opens what is sealed. */
  readonly sealing?: Sealing | undefined;
  /** Notified by whoever appends in this process. */
  readonly wake?: Wake;
  /** What this process has appended lately: read from here without asking the database. */
  readonly tail?: LogTail;
  /**
   * A page holds no more than this of event data, if it holds more than one event. Default 32 MiB (compressed size).
   */
  readonly pageBytes?: number;
}

/**
 * Reads a dense log by pages. Positions become visible in order and without holes, so `position > after` misses
 * nothing; a page that is not dense is refused (LogDamaged).
 */
export class LogReader {
  /** 'own' for event_log, 'received' for received_log. */
  readonly name: 'own' | 'received';
  readonly wake: Wake;
  private readonly pool: pg.Pool;
  private readonly table: 'event_log' | 'received_log';
  private readonly tail: LogTail | undefined;
  private readonly pageBytes: number;
  private readonly upcast: (event: RecordedEvent) => RecordedEvent;
  private readonly sealing: Sealing | undefined;

  constructor(options: LogReaderOptions) {
    const {
      pool,
      table,
      wake = new Wake(),
      tail,
      pageBytes = 32 * 1024 * 1024,
      upcast = asItStands,
      sealing,
    } = options;
    this.name = table === 'event_log' ? 'own' : 'received';
    this.wake = wake;
    this.pool = pool;
    this.table = table;
    this.tail = tail;
    this.pageBytes = pageBytes;
    this.upcast = upcast;
    this.sealing = sealing;
  }

  /**
   * Up to `limit` events after position `after`, in order; fewer if there are no more, or if their data is large.
   * Those of received_log are ReceivedEvents.
   */
  async read(after: number, limit: number): Promise<RecordedEvent[]> {
    return (await this.readPage(after, limit)).events;
  }

  /**
   * As `read`; whoever follows the log need not ask again before it is woken or its poll is due, unless there is more.
   */
  async readPage(after: number, limit: number): Promise<Page> {
    const recent = this.tail?.page(after, limit);
    if (recent) return { events: await this.opened(recent), hasMore: recent.length === limit };
    // The sum is of sizes in the row (nothing is unpacked for it), and it cuts a page of huge events short.
    const rows = await this.rows(
      'page',
      `from (select *, sum(pg_column_size(data)) over (order by position rows unbounded preceding) as bytes
               from (select * from ${this.table} where position > $1 order by position limit $2) page) page
        where bytes <= ${this.pageBytes} or position = $1 + 1`,
      [after, limit],
    );
    const events = await this.toEvents(rows);
    events.forEach(({ position }, i) => {
      if (position === after + 1 + i) return;
      throw new LogDamaged(`${this.table}: position ${position} where ${after + 1 + i} should be.`);
    });
    return { events, hasMore: rows.length === limit || this.mayBeCut(rows) };
  }

  /** The events at these positions, in order. */
  async at(positions: readonly number[]): Promise<RecordedEvent[]> {
    const from = `from ${this.table} where position = any($1::bigint[]) order by position`;
    return this.toEvents(await this.rows('at', from, [int8Array(positions)]));
  }

  /** For statements of one's own over this log's table: what `decode` reads of a row, in its order. */
  get columns(): string {
    return this.table === 'event_log' ? eventColumns : receivedColumns;
  }

  /** Rows of `columns` as arrays of text (`rawText`), as this log's events. What follows in a row is left alone. */
  decode(rows: readonly (readonly string[])[]): Promise<RecordedEvent[]> {
    return this.toEvents(rows as readonly (EventRow & string[])[]);
  }

  /** Position of the newest event; 0 for an empty log. */
  async head(): Promise<number> {
    const { rows } = await this.pool.query<{ head: string }>({
      name: `${this.table} head`,
      text: `select coalesce(max(position), 0) as head from ${this.table}`,
    });
    return Number(rows[0]?.head);
  }

  private async rows(name: string, from: string, values: unknown[]): Promise<(EventRow & string[])[]> {
    const { rows } = await this.pool.query<EventRow & string[]>({
      name: `${this.table} ${name} ${this.pageBytes}`,
      text: `select ${this.columns} ${from}`,
      values,
      rowMode: 'array',
      types: rawText,
    });
    return rows;
  }

  private async toEvents(rows: readonly (EventRow & string[])[]): Promise<RecordedEvent[]> {
    const decode = this.table === 'event_log' ? toRecordedEvent : toReceivedEvent;
    return (await this.opened(rows.map(decode))).map(this.upcast);
  }

  private async opened(events: RecordedEvent[]): Promise<RecordedEvent[]> {
    return this.sealing ? this.sealing.open(events) : events;
  }

  /** A page far below its limit in characters was not cut short, however much larger its data is as jsonb. */
  private mayBeCut(rows: readonly EventRow[]): boolean {
    const characters = rows.reduce((sum, row) => sum + row[7].length, 0);
    return characters > this.pageBytes / 16;
  }
}

const asItStands = (event: RecordedEvent): RecordedEvent => event;

function toReceivedEvent(row: EventRow & string[]): ReceivedEvent {
  const [source, sourcePosition, receivedMs] = row.slice(11);
  return {
    ...toRecordedEvent(row),
    source: source ?? '',
    sourcePosition: Number(sourcePosition),
    receivedAt: isoTime(Number(receivedMs)),
  };
}
