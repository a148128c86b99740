import type { Kafka } from 'kafkajs';
import type { FeedEngine, FeedStatus, Publication, Stoppable, Subscription, SubscriptionStatus } from '../feed.js';
import { kafkaClient } from './kafka-client.js';
import type { KafkaOptions } from './kafka-options.js';
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
  private readonly relays = new Map<Relay, Publication>();
  private readonly subscribers = new Map<Subscriber, Subscription>();

  constructor(private readonly options: KafkaOptions) {
    this.kafka = kafkaClient(options);
  }

  publish(publication: Publication): Promise<Stoppable> {
    const relay = new Relay(this.kafka, publication, topicsOf(publication.source, this.options), this.options);
    this.relays.set(relay, publication);
    relay.start();
    const stop = async () => {
      await relay.stop();
      this.relays.delete(relay);
    };
    return Promise.resolve({ stop });
  }

  subscribe(subscription: Subscription): Promise<Stoppable> {
    const subscriber = new Subscriber(this.kafka, subscription, this.options);
    this.subscribers.set(subscriber, subscription);
    subscriber.start();
    const stop = async () => {
      await subscriber.stop();
      this.subscribers.delete(subscriber);
    };
    return Promise.resolve({ stop });
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
      await Promise.all([...this.subscribers.values()].map((one) => this.partitionsOf(one)))
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
    return {
      engine: 'kafka',
      live: this.live,
      problems: [...halted, ...stopped, ...failing, ...lost],
      publications,
      subscriptions,
    };
  }

  private async partitionsOf({ consumer, sources, receivedLog }: Subscription): Promise<SubscriptionStatus[]> {
    const topics = sources.map((source) => topicsOf(source, this.options).events);
    const checkpoints = (await receivedLog.partitions()).filter(({ feed }) => topics.includes(feed));
    return checkpoints.map(({ source, partition, position, halted }) => ({
      consumer,
      source,
      partition,
      position,
      ...(halted === undefined ? {} : { halted }),
    }));
  }
}
