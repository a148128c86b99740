import type { Admin, Kafka } from 'kafkajs';
import type { Stoppable } from '../feed.js';
import { messageOf } from '../feed-observer.js';
import { Pause } from '../pause.js';
import type { Outage } from './outage.js';

const lookMs = 3_000;
/** An answer that comes later is none. */
const patienceMs = 5_000;

/** Offsets of one partition. */
export interface PartitionEnds {
  readonly partition: number;
  /** Of the first record that is still there. */
  readonly low: number;
  /** After the last record. */
  readonly high: number;
}

/** Somebody who is told where topics end. */
export interface EndsReader {
  readonly topicsToWatch: readonly string[];
  endsAt(topic: string, ends: readonly PartitionEnds[]): Promise<void>;
  /** It could not be found out this time. */
  endsUnknown(topic: string, error: unknown): void;
}

/**
 * Asks the brokers every three seconds whether they are there, and where the topics end that somebody follows: a
 * connection of its own, so that it does not depend on what else works.
 */
export class BrokerWatch implements Stoppable {
  private readonly pause = new Pause();
  private readonly admin: Admin;
  private running: Promise<void> = Promise.resolve();
  private lostAt: number | undefined;
  private reason: string | undefined;
  private hasLooked = false;

  constructor(
    kafka: Kafka,
    private readonly outage: Outage,
    private readonly readers: () => Iterable<EndsReader>,
  ) {
    this.admin = kafka.admin({ retry: { initialRetryTime: 200, retries: 1 } }); // it is asked again soon
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
    await this.admin.disconnect();
  }

  /** Whether the brokers answered when they were asked last; undefined before the first time. */
  get reached(): boolean | undefined {
    return this.hasLooked ? this.reason === undefined : undefined;
  }

  /** A sentence, while the brokers do not answer. */
  get problem(): string | undefined {
    if (this.reason === undefined || this.lostAt === undefined) return undefined;
    const seconds = Math.round((performance.now() - this.lostAt) / 1000);
    return `Kafka has not answered for ${seconds} s: ${this.reason}`;
  }

  private async run(): Promise<void> {
    while (!this.pause.stopped) {
      if (await this.look()) await this.lookAtEnds();
      await this.pause.wait(lookMs);
    }
  }

  private async look(): Promise<boolean> {
    const timer = setTimeout(() => this.lost(`no answer within ${patienceMs / 1000} s`), patienceMs);
    try {
      await this.admin.connect(); // nothing where it is connected; a broker that has come back is connected anew
      await this.admin.describeCluster();
      this.hasLooked = true;
      this.lostAt = undefined;
      this.reason = undefined;
      this.outage.answered();
      return true;
    } catch (error) {
      this.lost(messageOf(error));
      return false;
    } finally {
      clearTimeout(timer);
    }
  }

  private lost(reason: string): void {
    if (this.pause.stopped) return;
    this.hasLooked = true;
    this.lostAt ??= performance.now();
    this.reason = reason;
    if (!this.outage.isOn) this.outage.failed('all brokers', reason);
  }

  private async lookAtEnds(): Promise<void> {
    for (const reader of this.readers()) {
      for (const topic of reader.topicsToWatch) {
        if (this.pause.stopped) return;
        try {
          const found = await this.admin.fetchTopicOffsets(topic);
          const ends = found.map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }));
          await reader.endsAt(topic, ends);
        } catch (error) {
          reader.endsUnknown(topic, error);
        }
      }
    }
  }
}
