import type { Consumer, EachBatchPayload, KafkaMessage, TopicPartitionOffset } from 'kafkajs';
import type { FeedObserver } from '../feed-observer.js';
import { Pause, backoffMs } from '../pause.js';
import { type FeedRecord, isUnreadable } from '../received-log/feed-record.js';
import type { Received, ReceivedLog } from '../received-log/received-log.js';
import { decodeRecord } from './cloud-event-record.js';

export interface KafkaPartition {
  /** The topic. */
  readonly feed: string;
  readonly source: string;
  readonly partition: number;
}

/** Records received in one transaction at most. */
const chunkRecords = 500;

/** Receives one partition for as long as the group leaves it to this member. */
export class PartitionReader {
  private readonly pause = new Pause();
  private opened: Promise<void> = Promise.resolve();
  private resolvedOffset: string | undefined;
  private committedOffset: string | undefined;
  /** Position before a gap that has been seen once: seen again after going back to the checkpoint, it is real. */
  private doubtedAfter: number | undefined;
  private isHalted = false;
  /** Offset to go on from. */
  private cursor = 0;
  private hasBeenShort = false;

  constructor(
    private readonly consumer: Consumer,
    private readonly receivedLog: ReceivedLog,
    readonly place: KafkaPartition,
    private readonly observe: FeedObserver,
  ) {}

  /** Goes to the checkpoint in the database: that is the truth, what Kafka has committed is a hint. */
  open(): void {
    this.opened = this.seekToCheckpoint();
  }

  /** The group has taken the partition away from this member, or dealt it out anew. */
  close(): void {
    this.pause.stop();
  }

  /** Receives a batch, or as much of it as this member may. Failures of the database are repeated until it is back. */
  async take(payload: EachBatchPayload): Promise<void> {
    await this.opened;
    const { batch } = payload;
    const { messages } = batch;
    for (let start = 0; start < messages.length; start += chunkRecords) {
      if (!this.mayGoOn(payload) || payload.isStale() || this.isHalted) return;
      const chunk = messages.slice(start, start + chunkRecords);
      const isLast = start + chunkRecords >= messages.length;
      const lastOffset = isLast ? batch.lastOffset() : (chunk.at(-1)?.offset ?? batch.lastOffset());
      const received = await this.receive(chunk, lastOffset, payload);
      if (!received) return;
      if (received.stopped) return this.stopAt(received.position, received.stopped);
      this.doubtedAfter = undefined;
      this.cursor = Number(lastOffset) + 1;
      this.resolvedOffset = String(this.cursor);
      payload.resolveOffset(lastOffset);
    }
  }

  private mayGoOn(payload: EachBatchPayload): boolean {
    return payload.isRunning() && !this.pause.stopped;
  }

  /** Where the group has come to since this was asked last. */
  offsetToCommit(): TopicPartitionOffset | undefined {
    const { resolvedOffset: offset } = this;
    if (offset === undefined || offset === this.committedOffset) return undefined;
    this.committedOffset = offset;
    return { topic: this.place.feed, partition: this.place.partition, offset };
  }

  /**
   * Told where the partition ends. A topic that ends before what was read of it is not the one that was read: kafkajs
   * would begin it anew, and be silent as long as it is empty. Seen twice, because a new leader may lag for a moment.
   */
  async endsAt(offset: number): Promise<void> {
    const isShort = offset < this.cursor && !this.isHalted && !this.pause.stopped;
    if (isShort && this.hasBeenShort) {
      const { feed, partition } = this.place;
      const reading = `${feed} partition ${partition} ends at offset ${offset}, but was read up to ${this.cursor}`;
      await this.halt(`${reading}: was the topic deleted, made anew or cut off at its end?`, { fromStart: true });
    }
    this.hasBeenShort = isShort;
  }

  /** Offset this reader goes on from. */
  get readUpTo(): number {
    return this.cursor;
  }

  /**
   * Told where the checkpoint stood after `readUpTo` was asked for. A database that came back without its newest
   * transactions (a failover, a restored copy) lacks what this reader has seen stored. The next record would show the
   * gap; where none comes, nothing would.
   */
  async isStoredUpTo(offset: number, readUpTo: number): Promise<void> {
    if (offset < readUpTo && !this.isHalted) await this.seekToCheckpoint();
  }

  async resumeIfAllowed(): Promise<void> {
    if (!this.isHalted) return;
    try {
      await this.seekToCheckpoint();
      if (this.isHalted) return;
      this.consumer.resume([{ topic: this.place.feed, partitions: [this.place.partition] }]);
    } catch (error) {
      this.observe.receiveFailed?.(this.place.source, error); // asked again at the next upkeep
    }
  }

  private async seekToCheckpoint(): Promise<void> {
    for (let attempt = 1; !this.pause.stopped; attempt++) {
      try {
        const { cursor, halted } = await this.receivedLog.checkpoint(this.place);
        if (this.pause.stopped) return;
        this.isHalted = halted !== undefined;
        this.cursor = cursor;
        if (this.isHalted) this.pauseConsumer();
        else this.seek(cursor);
        return;
      } catch (error) {
        this.observe.receiveFailed?.(this.place.source, error);
        await this.pause.wait(backoffMs(attempt));
      }
    }
  }

  /** Undefined when this member has to stop before the database is back. */
  private async receive(
    messages: readonly KafkaMessage[],
    lastOffset: string,
    payload: EachBatchPayload,
  ): Promise<Received | undefined> {
    const { source, partition } = this.place;
    const records = messages.flatMap((message) => this.decode(message));
    for (let attempt = 1; this.mayGoOn(payload); attempt++) {
      try {
        const received = await this.receivedLog.receive({ ...this.place, records, cursor: Number(lastOffset) + 1 });
        this.observe.received?.(source, received.stored, received.dropped);
        if (messages.length > records.length) this.observe.foreign?.(source, partition);
        return received;
      } catch (error) {
        this.observe.receiveFailed?.(source, error);
        await this.pause.wait(backoffMs(attempt));
      }
    }
    return undefined;
  }

  private decode(message: KafkaMessage): FeedRecord | [] {
    const record = decodeRecord(this.place.source, message, this.receivedLog.contracts);
    if (!record) return [];
    if (isUnreadable(record.event)) this.observe.unreadable?.(this.place.source, record.event.reason);
    return record;
  }

  private async stopAt(position: number, { reason, detail }: NonNullable<Received['stopped']>): Promise<void> {
    if (reason === 'gap' && this.doubtedAfter !== position) {
      this.doubtedAfter = position;
      return this.seekToCheckpoint();
    }
    if (reason !== 'halted') return this.halt(detail);
    this.isHalted = true;
    this.pauseConsumer();
  }

  private async halt(why: string, options?: { readonly fromStart?: boolean }): Promise<void> {
    this.isHalted = true;
    await this.receivedLog.halt(this.place, why, options);
    this.observe.halted?.(this.place.source, this.place.partition, why);
    this.pauseConsumer();
  }

  private seek(cursor: number): void {
    const { feed: topic, partition } = this.place;
    this.consumer.seek({ topic, partition, offset: String(cursor) });
  }

  private pauseConsumer(): void {
    this.consumer.pause([{ topic: this.place.feed, partitions: [this.place.partition] }]);
  }
}
