import type pg from 'pg';

export interface SentUpTo {
  /** Position in the log: everything public up to it has been sent. */
  readonly position: number;
  /** Partition → position of the last record sent to it. */
  readonly last: Readonly<Record<string, number>>;
}

/** Partition → offset of the last record sent to it; a partition that is missing here is not known. */
export type SentOffsets = Readonly<Record<string, number>>;

/** Somebody else has taken the lease: whoever gets this must stop sending. */
export class LeaseLost extends Error {
  constructor(topic: string) {
    super(`Another relay has taken over ${topic}.`);
    this.name = 'LeaseLost';
  }
}

interface CheckpointRow {
  readonly position: string;
  readonly last: SentUpTo['last'];
  readonly offsets: SentOffsets;
  readonly epoch: string;
  readonly partitions: number;
}

/** The relay's place in the log, kept beside the log itself. Taking it fences every earlier holder. */
export class RelayCheckpoint {
  private constructor(
    private readonly pool: pg.Pool,
    private readonly topic: string,
    private readonly epoch: string,
    private current: SentUpTo,
    /** When this was taken. */
    readonly offsets: SentOffsets,
  ) {}

  static async take(pool: pg.Pool, topic: string, partitions: number): Promise<RelayCheckpoint> {
    const { rows } = await pool.query<CheckpointRow>(
      `insert into relay_checkpoint (topic, partitions, epoch) values ($1, $2, 1)
       on conflict (topic) do update set epoch = relay_checkpoint.epoch + 1, updated_at = now()
       returning position, last, offsets, epoch, partitions`,
      [topic, partitions],
    );
    const [row] = rows;
    if (!row) throw new Error(`The relay's checkpoint for ${topic} cannot be kept.`);
    if (row.partitions !== partitions) {
      throw new Error(
        `${topic} has ${partitions} partitions, but ${row.partitions} when the relay began: streams would lose their order. ` +
          'Restore the topic as it was, or publish to a new one.',
      );
    }
    const sent = { position: Number(row.position), last: row.last };
    return new RelayCheckpoint(pool, topic, row.epoch, sent, row.offsets);
  }

  get sent(): SentUpTo {
    return this.current;
  }

  /** @throws LeaseLost unless this is still the newest holder, standing where it thinks */
  async advance(to: SentUpTo, offsets: SentOffsets): Promise<void> {
    const { rowCount } = await this.pool.query({
      name: 'relay_checkpoint advance',
      text: `update relay_checkpoint set position = $1, last = $2, offsets = $3, updated_at = now()
              where topic = $4 and epoch = $5 and position = $6`,
      values: [
        to.position,
        JSON.stringify(to.last),
        JSON.stringify(offsets),
        this.topic,
        this.epoch,
        this.current.position,
      ],
    });
    if (rowCount !== 1) throw new LeaseLost(this.topic);
    this.current = to;
  }

  static async read(pool: pg.Pool, topic: string): Promise<number> {
    const { rows } = await pool.query<{ position: string }>('select position from relay_checkpoint where topic = $1', [
      topic,
    ]);
    return Number(rows[0]?.position ?? 0);
  }

  /** Has the whole log sent once more, by whoever holds the lease: for readers that lack something. */
  static async rewind(pool: pg.Pool, topic: string): Promise<void> {
    await pool.query(
      `update relay_checkpoint set position = 0, last = '{}', offsets = '{}', epoch = epoch + 1, updated_at = now() where topic = $1`,
      [topic],
    );
  }
}
