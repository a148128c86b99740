import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { topics } from '@guichet/contracts';
import { type OwnKafka, describeWithKafka, startOwnKafka, until } from '@guichet/testing';
import { itSurvives } from '../conformance/feed-crashes.js';
import { FeedProcess } from '../conformance/feed-process.js';
import { FeedWorld } from '../conformance/feed-world.js';
import { toldBy } from '../conformance/topic-contents.js';
import type { FeedObserver } from '../feed-observer.js';
import { KafkaFeed } from './kafka-feed.js';

describeWithKafka('the Kafka feed survives', () => {
  let kafka: OwnKafka;
  let topicPrefix: string;
  beforeAll(async () => {
    kafka = await startOwnKafka();
  }, 60_000);
  afterAll(() => kafka.stop());

  it('a broker that is away at the start: it says so, and waits', async () => {
    const world = await FeedWorld.create();
    try {
      const failures: unknown[] = [];
      const observe: FeedObserver = { sendFailed: (_source, error) => failures.push(error) };
      const feed = new KafkaFeed({
        brokers: kafka.brokers,
        clientId: 'test',
        topicPrefix: `${randomUUID()}.`,
        observe,
      });
      await kafka.kill();
      await world.publish(feed);
      await world.follow(feed);
      await world.write(200);
      await until('the broker to be missed', () => failures.length > 0, 20_000);
      expect((await feed.status()).problems.join()).toMatch(/intake cannot publish at the moment/);
      await kafka.restart();
      await world.everythingArrived(60_000);
      await until('no problem to be left', async () => (await feed.status()).problems.length === 0, 30_000);
    } finally {
      await world.end();
    }
  }, 120_000);

  it('a broker that dies under it: the group goes on as soon as it is back, and who has stopped meanwhile stays away', async () => {
    const world = await FeedWorld.create();
    const heard: string[] = [];
    // A new member would have to wait until the session of the old one is over.
    const feedOf = (clientId: string, observe: FeedObserver = {}) =>
      new KafkaFeed({
        ...{ brokers: kafka.brokers, clientId, topicPrefix: `${randomUUID()}.`, partitions: 1 },
        ...{ sessionTimeoutMs: 60_000, observe },
      });
    const stays = feedOf('stays');
    const leaves = feedOf('leaves', { log: (_level, message) => heard.push(message) });
    try {
      await world.publish(stays);
      await world.follow(stays);
      const leaving = await world.follow(leaves);
      await world.write(20);
      await world.everythingArrived();
      await until('the other one to follow', async () => (await leaves.status()).subscriptions.length > 0);
      await kafka.kill();
      await until('the loss to be noticed', () => heard.filter((one) => one.includes('Restarting')).length >= 2);
      await leaving.stop();
      await until('its last attempt to be over', async () => {
        const before = heard.length;
        await pause(3_000);
        return heard.length === before;
      });
      await world.write(20);
      await kafka.restart();
      await world.everythingArrived(30_000);
    } finally {
      await world.end();
    }
  }, 120_000);

  it('a leader that stands still while its connections live: another takes over within a bound', async () => {
    const world = await FeedWorld.create();
    topicPrefix = `${randomUUID()}.`;
    const processes = ['first', 'second'].map((clientId) => {
      const options = { brokers: kafka.brokers, clientId, topicPrefix, partitions: 2 };
      const [publisherUrl, followerUrl] = [world.publisher.appUrl, world.follower.appUrl];
      return new FeedProcess(clientId, { kafka: options, publisherUrl, followerUrl });
    });
    const [first, second] = processes as [FeedProcess, FeedProcess];
    const agrees = () => world.everythingAgrees(30_000, () => toldBy(kafka.brokers, `${topicPrefix}${topics.intake}`));
    try {
      await world.project();
      await world.stopAll();
      await first.start();
      await world.write(50);
      await agrees(); // it leads all there is to lead
      await second.start();
      first.standStill();
      await world.write(50);
      await agrees(); // ten seconds of silence, and what a busy machine takes
      first.wake();
      await world.write(50);
      await agrees();
    } finally {
      await Promise.all(processes.map((one) => one.kill()));
      await world.end();
    }
  }, 120_000);

  itSurvives({
    processes: ({ publisher, follower }) => {
      topicPrefix = `${randomUUID()}.`;
      const { brokers } = kafka;
      const of = (clientId: string) => ({ brokers, clientId, topicPrefix, partitions: 3, sessionTimeoutMs: 6_000 });
      const relay = (name: string) => ({ kafka: of(name), publisherUrl: publisher.appUrl });
      const consumer = (name: string) => ({ kafka: of(name), followerUrl: follower.appUrl });
      return {
        'relay-1': relay('relay-1'),
        'relay-2': relay('relay-2'),
        'consumer-1': consumer('consumer-1'),
        'consumer-2': consumer('consumer-2'),
      };
    },
    broker: () => kafka,
    told: () => toldBy(kafka.brokers, `${topicPrefix}${topics.intake}`),
  });
});
