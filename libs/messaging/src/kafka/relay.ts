import type { Kafka } from 'kafkajs';
import type { Publication, PublicationStatus, Stoppable } from '../feed.js';
import { messageOf } from '../feed-observer.js';
import { Pause, backoffMs } from '../pause.js';
import type { Claim } from './claim.js';
import type { KafkaOptions } from './kafka-options.js';
import { Lease } from './lease.js';
import { LeaseLost, RelayCheckpoint } from './relay-checkpoint.js';
import { RelaySession } from './relay-session.js';
import { TopicDiffers } from './sent-offsets.js';
import { checkTopic } from './topic-check.js';
import { type FeedTopics, ensureTopics, groupOf } from './topics.js';

const standbyPollMs = 500;
/** How often a halted relay looks whether the reason is gone. */
const haltedPollMs = 2_000;

/**
 * Sends a service's public events to its topic, in the order of its log. One relay per topic works, the others stand
 * by.
 * A crash, a retry or a zombie can only send something twice, which readers drop by the chain of positions.
 */
export class Relay implements Stoppable {
  private readonly pause = new Pause();
  private running: Promise<void> = Promise.resolve();
  private leading = false;
  private error: string | undefined;
  private halted: string | undefined;
  /** Why readers are not told how far this relay is. */
  private untold: string | undefined;

  constructor(
    private readonly kafka: Kafka,
    private readonly publication: Publication,
    private readonly topics: FeedTopics,
    private readonly options: KafkaOptions,
    private readonly claim?: Claim,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
  }

  async status(): Promise<PublicationStatus> {
    const { source, log, pool } = this.publication;
    const [position, head] = await Promise.all([RelayCheckpoint.read(pool, this.topics.events), log.head()]);
    const { leading, halted } = this;
    const error = this.error ?? this.untold;
    const [oldest] = position < head ? await log.read(position, 1) : [];
    const lagSeconds = oldest ? Math.max(0, Date.now() - Date.parse(oldest.recordedAt)) / 1000 : 0;
    return {
      ...{ source, position, head, leading, lagSeconds },
      ...(error === undefined ? {} : { error }),
      ...(halted === undefined ? {} : { halted }),
    };
  }

  private async run(): Promise<void> {
    if (this.claim && !(await this.claim.granted(this.pause))) return;
    let failures = 0;
    while (!this.pause.stopped) {
      try {
        const lease = await Lease.tryToTake(this.publication.pool, this.topics.events);
        if (lease) await this.lead(lease).finally(() => lease.release());
        failures = 0;
        this.error = undefined;
        if (!lease) this.halted = undefined; // whoever holds the lease knows
        await this.pause.wait(standbyPollMs);
      } catch (error) {
        failures += 1;
        const isDifferent = error instanceof TopicDiffers;
        if (isDifferent) this.halt(error);
        else if (!(error instanceof LeaseLost)) this.failed(error);
        await this.pause.wait(isDifferent ? haltedPollMs : backoffMs(failures));
      } finally {
        this.leading = false;
        this.untold = undefined;
      }
    }
  }

  /** Sends until the lease is lost or this relay is stopped. */
  private async lead(lease: Lease): Promise<void> {
    const { kafka, publication, topics, pause } = this;
    const { compression = 'zstd', observe = {} } = this.options;
    const partitions = await ensureTopics(kafka, topics, this.options);
    const checkpoint = await RelayCheckpoint.take(publication.pool, topics.events, partitions);
    await checkTopic({
      ...{ kafka, topic: topics.events, log: publication.log, pause },
      ...{ sent: checkpoint.sent, offsets: checkpoint.offsets },
      group: `${groupOf(publication.source, this.options)}-relay`,
    });
    this.halted = undefined;
    const session = new RelaySession({
      ...{ kafka, publication, topics, partitions, compression, lease, checkpoint, pause },
      sent: (events) => {
        this.error = undefined;
        observe.sent?.(publication.source, events);
      },
      failed: (error) => this.failed(error),
      told: (refusal) => this.told(refusal),
    });
    await session.connect();
    this.leading = true;
    this.error = undefined;
    await session.run();
  }

  /** Alarm, once for each reason. */
  private halt({ message }: TopicDiffers): void {
    if (this.halted === message) return;
    this.halted = message;
    this.error = undefined;
    this.options.observe?.publishingHalted?.(this.publication.source, message);
  }

  private told(refusal: unknown): void {
    this.untold = refusal === undefined ? undefined : messageOf(refusal);
    if (refusal !== undefined) this.options.observe?.sendFailed?.(this.publication.source, refusal);
  }

  private failed(error: unknown): void {
    this.error = messageOf(error);
    this.options.observe?.sendFailed?.(this.publication.source, error);
  }
}
