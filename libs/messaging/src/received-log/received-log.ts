import { type Contracts, contracts as ofProduct } from '@guichet/contracts';
import { Gathered, LogReader, type RecordedEvent, Wake } from '@guichet/event-sourcing';
import type pg from 'pg';
import { asOfToday } from './as-of-today.js';
import { continueChain } from './chain.js';
import { type CheckpointEnd, FeedCheckpoints, type PartitionCheckpoint } from './feed-checkpoints.js';
import { type Delivery, type FeedRecord, isUnreadable } from './feed-record.js';
import { asUnreadable } from './record-columns.js';

export interface Received {
  /** Records stored now. */
  readonly stored: number;
  /** Records left out: they were there already. */
  readonly dropped: number;
  /** Source position of the partition's last record now. */
  readonly position: number;
  /** Why nothing more is received of this partition for the time being. */
  readonly stopped?: { readonly reason: 'gap' | 'differs' | 'halted'; readonly detail: string };
}

/** What a publisher says of itself: everything public up to `upTo` was sent, and where each partition stood then. */
export interface Progress {
  readonly upTo: number;
  /** Partition → source position of the last record sent to it. */
  readonly last: Readonly<Record<string, number>>;
}

export interface ReceivedLogOptions {
  readonly pool: pg.Pool;
  readonly wake?: Wake;
  /**
   * Types of events the service has no business with: they are received, and not kept. What was left out is not there
   * for a later version of the service either, so this is for what it must never show, or what people wrote and nothing
   * of it reads.
   */
  readonly leavesOut?: ReadonlySet<string>;
  /** By which received events are read; the product's by default. */
  readonly contracts?: Contracts;
}

/**
 * Where the received log ends, and up to which position of each publisher's log all that is public has been received.
 */
interface Extent {
  readonly head: number;
  readonly upTo: Partial<Readonly<Record<string, number>>>;
}

/** Longest wait without a wake: another process may receive for this service. */
const pollMs = 20;

/**
 * The public events a service has received, in the order they arrived: append-only, dense. Projections and policies
 * read it through `reader` as they read the service's own log.
 */
export class ReceivedLog {
  readonly reader: LogReader;
  readonly contracts: Contracts;
  private readonly pool: pg.Pool;
  private readonly wake: Wake;
  private readonly checkpoints: FeedCheckpoints;
  private readonly leavesOut: ReadonlySet<string>;
  /** The last checkpoint seen per partition: a guess, checked by the database when something is received. */
  private readonly guesses = new Map<string, PartitionCheckpoint>();
  private readonly extents: Gathered<undefined, Extent>;

  constructor({ pool, wake = new Wake(), leavesOut = new Set(), contracts = ofProduct }: ReceivedLogOptions) {
    this.pool = pool;
    this.leavesOut = leavesOut;
    this.wake = wake;
    this.contracts = contracts;
    const upcast = (event: RecordedEvent) => asOfToday(event, contracts);
    this.reader = new LogReader({ pool, table: 'received_log', wake, upcast });
    this.checkpoints = new FeedCheckpoints(pool);
    const ask = async (asked: readonly undefined[]) => {
      const extent = await this.extent();
      return asked.map(() => extent);
    };
    this.extents = new Gathered({ maxTogether: 1_000, maxUnderWay: 1, ask });
  }

  /**
   * Stores what is new of a batch of one partition, in one transaction with its checkpoint: duplicates are dropped,
   * nothing from a gap on is stored, nor anything of a batch that gives a position received before to another event;
   * several processes may deliver the same. A record the database refuses (U+0000,
   * a malformed id) is stored as Unreadable.
   */
  async receive(delivery: Delivery): Promise<Received> {
    const place = `${delivery.feed}/${delivery.partition}`;
    for (;;) {
      const guess = this.guesses.get(place);
      const from = guess ?? (await this.checkpoint(delivery));
      const { halted, position, searching } = from;
      if (halted !== undefined) {
        this.guesses.delete(place);
        return { stored: 0, dropped: 0, position, stopped: { reason: 'halted', detail: halted } };
      }
      const { fresh, dropped, gap } = continueChain(position, delivery.records, searching);
      if (gap && guess) {
        this.guesses.delete(place); // perhaps another replica has received what seems to be missing
        continue;
      }
      const last = fresh.at(-1);
      const to = last?.position ?? position;
      const differing = dropped > 0 && (await this.differing(delivery, to));
      if (differing) return { stored: 0, dropped, position, stopped: { reason: 'differs', detail: differing } };
      const end = gap ? { cursor: last?.cursor ?? from.cursor, to } : { ...endOf(delivery), to };
      const kept = fresh.filter(({ event }) => isUnreadable(event) || !this.leavesOut.has(event.type));
      const stored = await this.store(from, kept, end);
      if (stored === undefined) {
        this.guesses.delete(place); // somebody else received this partition in between: look again at what is new
        continue;
      }
      if (stored > 0 || delivery.upTo !== undefined) this.wake.notify();
      const stillSearching = searching && fresh.length === 0;
      this.guesses.set(place, { ...from, position: to, cursor: end.cursor, searching: stillSearching });
      const stopped = gap && { reason: 'gap' as const, detail: gapDetail(delivery, to, gap) };
      return { stored, dropped: dropped + kept.length - stored, position: to, ...(stopped ? { stopped } : {}) };
    }
  }

  /** Whether something that is delivered again is not what was received at its position. */
  private async differing({ feed, partition, source, records }: Delivery, to: number): Promise<string | undefined> {
    const again = records.filter(({ position }) => position <= to);
    const known = await this.checkpoints.eventIds(
      source,
      again.map(({ position }) => position),
    );
    for (const { position, event } of again) {
      const [id, stored] = [event.id?.toLowerCase(), known.get(position)];
      if (id === undefined || stored === undefined || id === stored) continue;
      return (
        `${feed} partition ${partition}: record ${position} is event ${id}, but event ${stored} was received at that ` +
        `position: did ${source} use positions again after an older copy of its database was restored?`
      );
    }
    return undefined;
  }

  private async store(
    from: PartitionCheckpoint,
    records: readonly FeedRecord[],
    end: CheckpointEnd,
  ): Promise<number | undefined> {
    if (records.length === 0 && end.cursor === from.cursor && end.upTo === undefined) return 0;
    try {
      return await this.checkpoints.receive(from, records, end);
    } catch (error) {
      if (!isRefusedData(error)) throw error;
      return this.storeAround(from, records, end, error);
    }
  }

  /** One record of the batch cannot be stored: halves it until that one is found, and stores it as Unreadable. */
  private async storeAround(
    from: PartitionCheckpoint,
    records: readonly FeedRecord[],
    end: CheckpointEnd,
    refusal: Error,
  ): Promise<number | undefined> {
    const [only, second] = records;
    if (!only) throw refusal;
    if (!second) return this.checkpoints.receive(from, [asUnreadable(only, refusal.message)], end);
    const middle = records.length >> 1;
    const head = records.slice(0, middle);
    const { position, cursor } = head.at(-1) ?? from;
    const before = await this.store(from, head, { cursor, to: position });
    if (before === undefined) return undefined;
    const after = await this.store({ ...from, position, cursor, searching: false }, records.slice(middle), end);
    return after === undefined ? undefined : before + after;
  }

  /** Where a partition stands in the database, whatever this process believed; one never seen stands at 0. */
  async checkpoint(place: Pick<Delivery, 'feed' | 'source' | 'partition'>): Promise<PartitionCheckpoint> {
    const found = await this.checkpoints.find(place);
    this.guesses.set(`${place.feed}/${place.partition}`, found);
    return found;
  }

  partitions(): Promise<PartitionCheckpoint[]> {
    return this.checkpoints.all();
  }

  /**
   * Nothing more is received of this partition, by any replica, until an operator resumes it; then it is read on, or
   * `fromStart`, where what was received is dropped once more.
   */
  halt(
    place: Pick<Delivery, 'feed' | 'source' | 'partition'>,
    reason: string,
    { fromStart = false }: { fromStart?: boolean } = {},
  ): Promise<void> {
    this.guesses.delete(`${place.feed}/${place.partition}`);
    return this.checkpoints.halt(place, reason, fromStart);
  }

  /**
   * Whether the log read directly still is the one this partition was received from: undefined, or what is wrong. A log
   * restored from an older copy has other events at positions that were received.
   */
  async disagreement({ source }: Pick<Delivery, 'source'>, upTo: number, log: LogReader): Promise<string | undefined> {
    const newest = await this.checkpoints.newest(source, upTo);
    if (!newest) return undefined;
    const { position, eventId } = newest;
    const [event] = await log.at([position]);
    if (!event || event.eventId === eventId) return undefined; // a log that ends too early is noticed when it is read
    return `the log of ${source} has event ${event.eventId} at position ${position}, but event ${eventId} was received there`;
  }

  /**
   * Lets the halted partitions of a source flow again, and answers how many there were. By default they go on where
   * they stood; with `search` they read from the start and pass over what lies beyond the gap, for a publisher that
   * sends its log once more.
   */
  resume(source: string, { search = false }: { search?: boolean } = {}): Promise<number> {
    return this.checkpoints.resume(source, search);
  }

  /** Remembers what a publisher says of itself; older news is ignored. */
  async setProgress(feed: string, source: string, { upTo, last }: Progress): Promise<void> {
    const { rowCount } = await this.pool.query({
      name: 'feed_progress set',
      text: `insert into feed_progress (feed, source, up_to, last) values ($1, $2, $3, $4)
             on conflict (feed) do update set up_to = excluded.up_to, last = excluded.last, updated_at = now()
              where feed_progress.up_to < excluded.up_to`,
      values: [feed, source, upTo, JSON.stringify(last)],
    });
    if (rowCount) this.wake.notify();
  }

  /**
   * Waits until everything public up to this position of the publisher's log has been received; answers the arrival
   * position to wait for in projections, undefined when the time is up.
   */
  async waitFor(source: string, position: number, timeoutMs: number): Promise<number | undefined> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const seen = this.wake.seen;
      const { upTo, head } = await this.extents.ask(undefined);
      if ((upTo[source] ?? 0) >= position) return head;
      const left = deadline - performance.now();
      if (left <= 0) return undefined;
      await this.wake.wait(Math.min(pollMs, left), seen);
    }
  }

  /** One statement answers all who wait: each looks again whenever anything has been received. */
  private async extent(): Promise<Extent> {
    const { rows } = await this.pool.query<{ up_to: Partial<Record<string, number>> | null; head: string }>({
      name: 'received_log extent',
      text: `select (select coalesce(max(position), 0) from received_log) as head,
              (select json_object_agg(source, up_to) from (
                select source, max(up_to) as up_to from (
                  select source, up_to from feed_checkpoint where up_to is not null
                  union all
                  select p.source, p.up_to from feed_progress p where not exists (
                    select from jsonb_each_text(p.last) as l (partition, position)
                      left join feed_checkpoint c on c.feed = p.feed and c.partition = l.partition::int
                     where coalesce(c.position, 0) < l.position::bigint)) told group by source) each_source) as up_to`,
    });
    return { head: Number(rows[0]?.head), upTo: rows[0]?.up_to ?? {} };
  }
}

/** SQLSTATE class 22, or a number no column holds: the value itself is at fault, and would be at every try. */
function isRefusedData(error: unknown): error is Error {
  const { name, code = '' } = error as { name?: string; code?: string };
  return name === 'RangeError' || code.startsWith('22');
}

const endOf = ({ cursor, upTo }: Delivery) => ({ cursor, ...(upTo === undefined ? {} : { upTo }) });

const gapDetail = ({ feed, partition }: Delivery, last: number, { position, previous }: FeedRecord): string =>
  `${feed} partition ${partition}: record ${position} follows ${previous}, but ${last} was received last`;
