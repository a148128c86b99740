import type pg from 'pg';
import type { Delivery, FeedRecord } from './feed-record.js';
import { recordColumns } from './record-columns.js';

/** How far one partition of a feed has been received. */
export interface PartitionCheckpoint {
  readonly feed: string;
  readonly source: string;
  readonly partition: number;
  /** string position of the last record received; 0 before the first. */
  readonly position: number;
  /** Where the feed goes on reading: the next offset in Kafka, the position read in the publisher's own log. */
  readonly cursor: number;
  /** Why the partition stands still. */
  readonly halted?: string;
  /** Passing over records beyond a gap until the missing ones come. */
  readonly searching: boolean;
}

/** Where a checkpoint moves to. */
export interface CheckpointEnd {
  /** string position of the last record received, kept or not. */
  readonly to: number;
  readonly cursor: number;
  /** Everything public up to this position of the publisher's log has been received. */
  readonly upTo?: number;
}

interface CheckpointRow {
  readonly feed: string;
  readonly source: string;
  readonly partition: number;
  readonly position: string;
  readonly cursor: string;
  readonly halted: string | null;
  readonly searching: boolean;
}

type Place = Pick<Delivery, 'feed' | 'source' | 'partition'>;

const columns = 'feed, source, partition, position, cursor, halted, searching';

/** The table of a service's feed checkpoints, and the function that moves one together with the work. */
export class FeedCheckpoints {
  constructor(private readonly pool: pg.Pool) {}

  async find({ feed, source, partition }: Place): Promise<PartitionCheckpoint> {
    const select = () =>
      this.pool.query<CheckpointRow>({
        name: 'feed_checkpoint',
        text: `select ${columns} from feed_checkpoint where feed = $1 and partition = $2`,
        values: [feed, partition],
      });
    let [row] = (await select()).rows;
    if (!row) {
      await this.pool.query(
        'insert into feed_checkpoint (feed, partition, source) values ($1, $2, $3) on conflict do nothing',
        [feed, partition, source],
      );
      [row] = (await select()).rows;
    }
    if (!row) throw new Error(`The checkpoint of ${feed} partition ${partition} cannot be kept.`);
    return toCheckpoint(row);
  }

  async all(): Promise<PartitionCheckpoint[]> {
    const { rows } = await this.pool.query<CheckpointRow>(
      `select ${columns} from feed_checkpoint order by source, feed, partition`,
    );
    return rows.map(toCheckpoint);
  }

  /** Stores records and moves the checkpoint, both or neither; undefined when the checkpoint was not `from`. */
  async receive(
    from: PartitionCheckpoint,
    records: readonly FeedRecord[],
    { to, cursor, upTo }: CheckpointEnd,
  ): Promise<number | undefined> {
    const { feed, partition, source } = from;
    const { rows } = await this.pool.query<{ stored: number | null }>({
      name: 'receive_batch',
      text: `select receive_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) as stored`,
      values: [
        ...[feed, partition, source, from.position, from.cursor, to, cursor, upTo ?? null],
        ...recordColumns(source, records),
      ],
    });
    return rows[0]?.stored ?? undefined;
  }

  /** string position → event id, of those received as they were sent. */
  async eventIds(source: string, positions: readonly number[]): Promise<ReadonlyMap<number, string>> {
    const { rows } = await this.pool.query<{ source_position: string; event_id: string }>({
      name: 'received_log event ids',
      text: `select source_position, event_id from received_log
              where source = $1 and source_position = any ($2::bigint[]) and type <> 'Unreadable'`,
      values: [source, positions],
    });
    return new Map(rows.map(({ source_position, event_id }) => [Number(source_position), event_id]));
  }

  /** The last event received as it was sent, up to a position of its source. */
  async newest(source: string, upTo: number): Promise<{ position: number; eventId: string } | undefined> {
    const { rows } = await this.pool.query<{ source_position: string; event_id: string }>({
      name: 'received_log newest',
      text: `select source_position, event_id from received_log
              where source = $1 and source_position <= $2 and type <> 'Unreadable' order by source_position desc limit 1`,
      values: [source, upTo],
    });
    return rows[0] && { position: Number(rows[0].source_position), eventId: rows[0].event_id };
  }

  async halt({ feed, partition }: Place, reason: string, fromStart: boolean): Promise<void> {
    await this.pool.query(
      `update feed_checkpoint set halted = $3, cursor = case when $4 then 0 else cursor end, updated_at = now()
        where feed = $1 and partition = $2`,
      [feed, partition, reason, fromStart],
    );
  }

  /** Lets halted partitions of a source flow again; answers how many there were. */
  async resume(source: string, searching: boolean): Promise<number> {
    const { rowCount } = await this.pool.query(
      `update feed_checkpoint
          set halted = null, searching = $2, cursor = case when $2 then 0 else cursor end, updated_at = now()
        where source = $1 and halted is not null`,
      [source, searching],
    );
    return rowCount ?? 0;
  }
}

function toCheckpoint({ position, cursor, halted, ...row }: CheckpointRow): PartitionCheckpoint {
  return { ...row, position: Number(position), cursor: Number(cursor), ...(halted === null ? {} : { halted }) };
}
