import { defaultInstallation } from '@guichet/contracts';
import type { Kafka, KafkaMessage } from 'kafkajs';
import type { Stoppable } from '../feed.js';
import { messageOf } from '../feed-observer.js';
import { Pause, backoffMs } from '../pause.js';
import { type ClaimRecord, encodeClaim, holderOf } from './claim-record.js';
import type { KafkaOptions } from './kafka-options.js';
import { isConnectionLoss } from './refusal.js';
import { readRanges } from './topic-ranges.js';
import { claimsTopicOf, ensureClaimsTopic, groupOf } from './topics.js';

/** How often a database that was refused looks whether the claim has been released. */
const refusedPollMs = 30_000;

/**
 * The right of a database to serve a service of the installation on these brokers. Another database with the same
 * names would join the same groups and write to the same topics: each would get half. So the first database that asks
 * is written down in a topic, and every other one waits outside.
 */
export class Claim implements Stoppable {
  /** Why this database takes no part. */
  refused: string | undefined;
  /** Why it is not known yet whether it may. */
  problem: string | undefined;
  /** The last try has found no broker that answers. */
  unreached = false;
  private readonly pause = new Pause();
  private readonly held = Promise.withResolvers<void>();
  private isHeld = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly kafka: Kafka,
    private readonly service: string,
    private readonly databaseId: string,
    private readonly options: KafkaOptions,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.pause.stop();
    await this.running;
  }

  get isDecided(): boolean {
    return this.isHeld || this.refused !== undefined;
  }

  /** Waits for the right; false when `pause` was stopped before. */
  async granted(pause: Pause): Promise<boolean> {
    await Promise.race([this.held.promise, pause.ended]);
    return this.isHeld && !pause.stopped;
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.pause.stopped && !this.isHeld) {
      try {
        const holder = await this.ask();
        if (this.pause.stopped) return;
        if (!holder) throw new Error('The claim was released at this moment.');
        failures = 0;
        this.problem = undefined;
        this.unreached = false;
        if (holder.databaseId === this.databaseId) this.hold();
        else await this.waitOutside(holder);
      } catch (error) {
        failures += 1;
        this.problem = messageOf(error);
        this.unreached = isConnectionLoss(error);
        this.options.observe?.claimFailed?.(this.service, error);
        await this.pause.wait(backoffMs(failures));
      }
    }
  }

  private hold(): void {
    this.isHeld = true;
    this.refused = undefined;
    this.held.resolve();
  }

  private async waitOutside({ databaseId, since }: ClaimRecord): Promise<void> {
    const { service, options } = this;
    const { installation = defaultInstallation } = options;
    const refused =
      `The brokers already serve ${service} of the installation "${installation}" from another database ` +
      `(${databaseId}, since ${since}); this one is ${this.databaseId}, and takes no part. ` +
      `For a second installation, set GUICHET_INSTALLATION to another name in all its services.`;
    if (this.refused !== refused) options.observe?.claimRefused?.(service, refused);
    this.refused = refused;
    await this.pause.wait(refusedPollMs);
  }

  /** Whose the service is; asks for it where it is nobody's. */
  private async ask(): Promise<ClaimRecord | undefined> {
    const { from, to } = await ensureClaimsTopic(this.kafka, this.options);
    const holder = holderOf(this.service, await this.read(from, to));
    if (holder || this.pause.stopped) return holder;
    const own = await this.send();
    return holderOf(this.service, await this.read(from, own + 1));
  }

  private async read(from: number, to: number): Promise<readonly KafkaMessage[]> {
    if (from >= to) return [];
    const { kafka, pause, options, service } = this;
    const found: KafkaMessage[] = [];
    const whole = await readRanges({
      ...{ kafka, pause, topic: claimsTopicOf(options), group: `${groupOf(service, options)}-claim` },
      ranges: new Map([[0, { from, to }]]),
      each: (_partition, messages) => {
        found.push(...messages);
        return Promise.resolve();
      },
    });
    return whole ? found : [];
  }

  /** Answers the offset of the record. Sent twice after a lost answer, it says the same twice. */
  private async send(): Promise<number> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false });
    await producer.connect();
    try {
      const messages = [{ ...encodeClaim(this.service, this.databaseId), partition: 0 }];
      const [confirmed] = await producer.send({ topic: claimsTopicOf(this.options), acks: -1, messages });
      return Number(confirmed?.baseOffset);
    } finally {
      await producer.disconnect();
    }
  }
}
