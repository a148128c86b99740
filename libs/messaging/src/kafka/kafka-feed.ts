import type { Kafka } from 'kafkajs';
import type { FeedEngine, FeedStatus, Publication, Stoppable, Subscription, SubscriptionStatus } from '../feed.js';
import { BrokerWatch } from './broker-watch.js';
import { Claim } from './claim.js';
import { kafkaClient } from './kafka-client.js';
import type { KafkaOptions } from './kafka-options.js';
import { Outage } from './outage.js';
import { Relay } from './relay.js';
import { RelayCheckpoint } from './relay-checkpoint.js';
import { Subscriber } from './subscriber.js';
import { topicsOf } from './topics.js';

/**
 * The feed over Apache Kafka: a relay per publication, a group member per subscription. Both start in the background
 * and wait for Kafka if they must: a service whose broker is away still answers its users.
 */
export class KafkaFeed implements FeedEngine {
  private readonly kafka: Kafka;
  private readonly outage: Outage;
  private readonly relays = new Map<Relay, Publication>();
  private readonly subscribers = new Map<Subscriber, Subscription>();
  /** Service → its claim, and how many of the above stand on it. */
  private readonly claims = new Map<string, { readonly claim: Claim; users: number }>();
  private watch: BrokerWatch | undefined;

  constructor(private readonly options: KafkaOptions) {
    this.outage = new Outage(options.observe ?? {});
    this.kafka = kafkaClient(options, this.outage);
  }

  publish(publication: Publication): Promise<Stoppable> {
    const { source, databaseId } = publication;
    const claim = this.claimFor(source, databaseId);
    const relay = new Relay(this.kafka, publication, topicsOf(source, this.options), this.options, claim);
    return Promise.resolve(this.run(relay, this.relays, publication, source));
  }

  subscribe(subscription: Subscription): Promise<Stoppable> {
    const { consumer, databaseId } = subscription;
    const subscriber = new Subscriber(this.kafka, subscription, this.options, this.claimFor(consumer, databaseId));
    return Promise.resolve(this.run(subscriber, this.subscribers, subscription, consumer));
  }

  private run<One extends Relay | Subscriber, Of>(one: One, all: Map<One, Of>, of: Of, service: string): Stoppable {
    all.set(one, of);
    if (!this.watch) {
      this.watch = new BrokerWatch(this.kafka, this.outage, () => this.subscribers.keys());
      this.watch.start();
    }
    one.start();
    const stop = async () => {
      const isRunning = all.has(one);
      await one.stop();
      all.delete(one);
      if (isRunning) await this.leave(service);
    };
    return { stop };
  }

  /** A service claims its place once, whatever it does in the feed. */
  private claimFor(service: string, databaseId: string | undefined): Claim | undefined {
    if (databaseId === undefined) return undefined;
    const known = this.claims.get(service);
    if (known) {
      known.users += 1;
      return known.claim;
    }
    const claim = new Claim(this.kafka, service, databaseId, this.options);
    this.claims.set(service, { claim, users: 1 });
    claim.start();
    return claim;
  }

  private async leave(service: string): Promise<void> {
    const held = this.claims.get(service);
    if (held) held.users -= 1;
    if (held?.users === 0) {
      this.claims.delete(service);
      await held.claim.stop();
    }
    if (this.relays.size + this.subscribers.size > 0) return;
    const { watch } = this;
    this.watch = undefined;
    await watch?.stop();
  }

  async notReady(): Promise<string | undefined> {
    for (const [service, { claim }] of this.claims) {
      if (claim.refused !== undefined) return claim.refused;
      if (claim.isDecided) continue;
      // Without brokers nobody can be served wrongly by it, and its users need not wait for them.
      if (claim.unreached && (await this.hasTakenPart(service))) continue;
      const why = claim.problem === undefined ? '' : `: ${claim.problem}`;
      return `it is not known yet whether the brokers serve ${service} from another database${why}`;
    }
    return undefined;
  }

  /** Whether the database has sent or received by this installation's topics before. */
  private async hasTakenPart(service: string): Promise<boolean> {
    for (const { source, pool } of this.relays.values()) {
      if (source !== service) continue;
      if ((await RelayCheckpoint.read(pool, topicsOf(source, this.options).events)) > 0) return true;
    }
    for (const { consumer, sources, receivedLog } of this.subscribers.values()) {
      if (consumer !== service) continue;
      const topics = sources.map((source) => topicsOf(source, this.options).events);
      const partitions = await receivedLog.partitions();
      if (partitions.some(({ feed, position }) => topics.includes(feed) && position > 0)) return true;
    }
    return false;
  }

  get live(): boolean {
    return [...this.subscribers.keys()].every(({ crashed }) => crashed === undefined);
  }

  async resume(source: string, options?: { readonly search?: boolean }): Promise<number> {
    const followers = [...this.subscribers.values()].filter(({ sources }) => sources.includes(source));
    const resumed = await Promise.all(followers.map(({ receivedLog }) => receivedLog.resume(source, options)));
    return resumed.reduce((sum, count) => sum + count, 0);
  }

  async republish(source: string): Promise<void> {
    for (const publication of this.relays.values()) {
      if (publication.source !== source) continue;
      await RelayCheckpoint.rewind(publication.pool, topicsOf(source, this.options).events);
    }
  }

  async status(): Promise<FeedStatus> {
    const relays = [...this.relays.keys()];
    const subscribers = [...this.subscribers.keys()];
    const publications = await Promise.all(relays.map((relay) => relay.status()));
    const subscriptions = (
      await Promise.all([...this.subscribers].map(([one, subscription]) => this.partitionsOf(one, subscription)))
    ).flat();
    const halted = subscriptions.flatMap(({ consumer, source, partition, halted: why }) =>
      why === undefined ? [] : [`${consumer} no longer follows ${source}, partition ${partition}: ${why}`],
    );
    const stopped = publications.flatMap(({ source, halted: why }) =>
      why === undefined ? [] : [`${source} no longer publishes: ${why}`],
    );
    const failing = publications.flatMap(({ source, error }) =>
      error === undefined ? [] : [`${source} cannot publish at the moment: ${error}`],
    );
    const lost = subscribers.flatMap(({ crashed, problem, doubt }) => crashed ?? problem ?? doubt ?? []);
    const unclaimed = [...this.claims].flatMap(
      ([service, { claim }]) =>
        claim.refused ?? (claim.problem === undefined ? [] : `${service} takes no part yet: ${claim.problem}`),
    );
    const away = this.watch?.problem;
    const reached = this.watch?.reached;
    return {
      engine: 'kafka',
      live: this.live,
      problems: [...(away === undefined ? [] : [away]), ...unclaimed, ...halted, ...stopped, ...failing, ...lost],
      ...(reached === undefined ? {} : { brokersReached: reached }),
      publications,
      subscriptions,
    };
  }

  /** Those the database knows, and those whose ends were seen: a follower that receives nothing has only these. */
  private async partitionsOf(
    subscriber: Subscriber,
    { consumer, sources, receivedLog }: Subscription,
  ): Promise<SubscriptionStatus[]> {
    const topics = sources.map((source) => topicsOf(source, this.options).events);
    const known = (await receivedLog.partitions()).filter(({ feed }) => topics.includes(feed));
    const unknown = subscriber.seenPartitions.filter(
      ({ feed, partition }) => !known.some((one) => one.feed === feed && one.partition === partition),
    );
    const started = [...known, ...unknown.map((place) => ({ ...place, position: 0, cursor: 0, halted: undefined }))];
    return started.map(({ feed, source, partition, position, cursor, halted }) => ({
      ...{ consumer, source, partition, position },
      ...subscriber.lagOf(feed, partition, cursor),
      ...(halted === undefined ? {} : { halted }),
    }));
  }
}
