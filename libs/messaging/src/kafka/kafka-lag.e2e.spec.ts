/** A follower that receives nothing: its own log says that all is well, the end of the topic does not. */
import { randomUUID } from 'node:crypto';
import { describeWithKafka, until } from '@guichet/testing';
import { FeedWorld } from '../conformance/feed-world.js';
import { KafkaFeed } from './kafka-feed.js';

describeWithKafka('the lag of a follower', (kafka) => {
  let world: FeedWorld;
  let feed: KafkaFeed;
  beforeEach(async () => {
    world = await FeedWorld.create();
    const topicPrefix = `${randomUUID()}.`;
    feed = new KafkaFeed({ brokers: kafka.brokers, clientId: 'test', topicPrefix, partitions: 2 });
  });
  afterEach(() => world.end());

  const lag = async () => {
    const { subscriptions } = await feed.status();
    return {
      records: subscriptions.reduce((sum, { lagRecords = 0 }) => sum + lagRecords, 0),
      seconds: Math.max(0, ...subscriptions.map(({ lagSeconds = 0 }) => lagSeconds)),
      known: subscriptions.filter(({ lagRecords }) => lagRecords !== undefined).length,
    };
  };

  it('counts from the end of the topic, though nothing is received, and is 0 when all is', async () => {
    await world.publish(feed);
    await world.write(40);
    const receivedLog = world.newReceivedLog();
    const receive = receivedLog.receive.bind(receivedLog);
    let isStuck = true;
    receivedLog.receive = (delivery) => (isStuck ? Promise.reject(new Error('stuck')) : receive(delivery));
    await world.follow(feed, receivedLog);

    await until('the end of the topic to be seen', async () => (await lag()).records === 30, 30_000);
    expect(await world.newReceivedLog().reader.head()).toBe(0);
    const before = (await lag()).seconds;
    await until('the time to go on', async () => (await lag()).seconds >= before + 4, 10_000);

    isStuck = false;
    await world.everythingArrived(30_000);
    await until('nothing to wait', async () => (await lag()).records === 0);
    expect(await lag()).toEqual({ records: 0, seconds: 0, known: 2 });
  }, 90_000);
});
