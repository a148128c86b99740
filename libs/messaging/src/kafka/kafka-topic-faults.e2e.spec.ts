import { randomBytes, randomUUID } from 'node:crypto';
import { topics } from '@guichet/contracts';
import { describeWithKafka, until } from '@guichet/testing';
import { type Admin, ConfigResourceTypes, type Message } from 'kafkajs';
import { FeedWorld } from '../conformance/feed-world.js';
import { clientOf, readTopic, toldBy } from '../conformance/topic-contents.js';
import type { FeedObserver } from '../feed-observer.js';
import { encodeRecord } from './cloud-event-record.js';
import { KafkaFeed } from './kafka-feed.js';

describeWithKafka('the Kafka feed and a topic that', (kafka) => {
  let world: FeedWorld;
  let topicPrefix: string;
  let topic: string;
  let admin: Admin;

  beforeEach(async () => {
    world = await FeedWorld.create();
    topicPrefix = `${randomUUID()}.`;
    topic = `${topicPrefix}${topics.intake}`;
    admin = clientOf(kafka.brokers).admin();
    await admin.connect();
  });
  afterEach(async () => {
    await admin.disconnect();
    await world.end();
  });

  const newFeed = (observe: FeedObserver = {}) =>
    new KafkaFeed({
      ...{ brokers: kafka.brokers, clientId: 'test', topicPrefix, observe },
      ...{ partitions: 1, sessionTimeoutMs: 6_000 },
    });
  const inStep = async (feed: KafkaFeed) => {
    await world.publish(feed);
    await world.follow(feed);
    return feed;
  };
  const agrees = () => world.everythingAgrees(30_000, () => toldBy(kafka.brokers, topic));

  it('is deleted and made anew: both sides stop with an alarm, and are healed by sending once more', async () => {
    await world.project();
    const before = await inStep(newFeed());
    await world.write(100);
    await world.everythingArrived();
    await admin.deleteTopics({ topics: [topic] });
    await world.write(20);
    const missed = await until('the loss to be told', async () => (await before.status()).problems[0], 20_000);
    expect(missed).toMatch(/cannot publish at the moment/);
    await world.stopAll();
    const received = (await world.received()).length;

    const alarms: string[] = [];
    const feed = newFeed({
      publishingHalted: (source, reason) => alarms.push(`${source}: ${reason}`),
      halted: (source, partition, reason) => alarms.push(`${source}/${partition}: ${reason}`),
    });
    await world.project();
    await inStep(feed);
    const problems = await until(
      'both alarms',
      async () => {
        const status = await feed.status();
        return status.problems.length === 2 && status.problems;
      },
      30_000,
    );
    expect(problems[0]).toMatch(/follower no longer follows intake.* ends at offset 0, but was read up to \d+/);
    expect(problems[1]).toMatch(/intake no longer publishes: .*ends at offset 0, but .* is at offset \d+\..*deleted/);
    expect(alarms).toHaveLength(2);
    expect((await world.received()).length).toBe(received);
    expect((await readTopic(kafka.brokers, topic)).get(0)).toEqual([]);

    await feed.republish('intake');
    await feed.resume('intake', { search: true });
    await agrees();
    await until('no problem to be left', async () => (await feed.status()).problems.length === 0);
  }, 90_000);

  it('is made anew behind the back of a relay at work: it stops after the first record that shows it', async () => {
    const feed = newFeed();
    await world.publish(feed);
    await world.write(40);
    await until('the topic to be filled', async () => (await feed.status()).publications[0]?.position === 40);
    await admin.deleteTopics({ topics: [topic] });
    const configEntries = [{ name: 'max.message.bytes', value: '4000000' }];
    const anew = { topics: [{ topic, numPartitions: 1, configEntries }], waitForLeaders: false };
    // False, or refused, as long as the old one is not gone.
    await until('the topic to be new', () => admin.createTopics(anew).catch(() => false), 20_000);
    await world.writeOne('ticket-1');
    const halted = await until('the alarm', async () => (await feed.status()).publications[0]?.halted, 30_000);
    expect(halted).toMatch(/Was the topic deleted, made anew/);
    expect((await feed.status()).publications[0]?.position).toBe(40);
    // The record that showed it is the first of the new topic: a follower that begins there finds what comes before it
    // only when everything is sent once more.
    await world.follow(feed);
    await until('the follower to halt', async () => (await feed.status()).subscriptions[0]?.halted, 20_000);
    await feed.republish('intake');
    await feed.resume('intake', { search: true });
    await world.everythingArrived();
  }, 60_000);

  it('has its records in another order: the follower halts, and goes on when they are sent in order', async () => {
    const relay = await inStep(newFeed());
    await world.write(40, { writers: 1 });
    await world.everythingArrived();
    await world.stopAll();
    const received = await world.received();
    await world.write(8, { writers: 1 });

    // What a relay does that keeps no order: the second before the first, the third twice.
    const fresh = (await world.published()).slice(received.length);
    const chain = fresh.map((event, i) =>
      encodeRecord(event, 0, i === 0 ? received.at(-1)!.sourcePosition : fresh[i - 1]!.position),
    );
    const [first, second, third] = chain as [Message, Message, Message];
    await produce([second, first, third, third]);
    await world.follow(relay);
    const halted = await until('the halt', async () => (await relay.status()).subscriptions[0]?.halted, 20_000);
    expect(halted).toMatch(/record \d+ follows \d+, but \d+ was received last/);
    expect((await world.received()).length).toBe(received.length);

    await world.publish(relay); // its checkpoint is where it was: it sends all of them, in order
    expect(await relay.resume('intake', { search: true })).toBe(1);
    const next = await until('the halt behind the first', async () => (await relay.status()).subscriptions[0]?.halted);
    expect(next).not.toBe(halted);
    expect(await relay.resume('intake', { search: true })).toBe(1);
    await world.everythingArrived();
  }, 60_000);

  it('has another event at a position that was received: the follower halts', async () => {
    const feed = await inStep(newFeed());
    await world.write(20, { writers: 1 });
    await world.everythingArrived();
    const last = (await world.published()).at(-1)!;
    await produce([encodeRecord({ ...last, id: randomUUID() }, 0, last.position - 1)]);
    const halted = await until('the halt', async () => (await feed.status()).subscriptions[0]?.halted, 20_000);
    expect(halted).toMatch(new RegExp(`record ${last.position} is event .*, but event ${last.id} was received`));
  }, 60_000);

  it('refuses a message as too large: it says so, sends nothing past it, and goes on when it may', async () => {
    await world.project();
    const feed = await inStep(newFeed());
    await world.write(20);
    await world.everythingArrived();
    const limit = (bytes: number) =>
      admin.alterConfigs({
        validateOnly: false,
        resources: [
          {
            type: ConfigResourceTypes.TOPIC,
            name: topic,
            configEntries: [{ name: 'max.message.bytes', value: String(bytes) }],
          },
        ],
      });
    await limit(4_000);
    await world.writeOne('ticket-9', false, randomBytes(6_000).toString('base64'));
    const before = (await world.received()).length;
    const error = await until('the refusal', async () => (await feed.status()).publications[0]?.error, 20_000);
    expect(error).toMatch(/larger than the max message size/i);
    await world.write(10);
    expect((await world.received()).length).toBe(before);
    await limit(4_000_000);
    await agrees();
    await until('no problem to be left', async () => (await feed.status()).problems.length === 0);
  }, 60_000);

  async function produce(messages: Message[]): Promise<void> {
    const producer = clientOf(kafka.brokers).producer({ createPartitioner: () => () => 0 });
    await producer.connect();
    await producer.send({ topic, messages }).finally(() => producer.disconnect());
  }
});
