import { randomUUID } from 'node:crypto';
import { topics } from '@guichet/contracts';
import { type RecordedEvent, createPool } from '@guichet/event-sourcing';
import { describeWithKafka, until } from '@guichet/testing';
import type { Kafka, Message } from 'kafkajs';
import { FeedWorld } from '../conformance/feed-world.js';
import { toPublic } from '../conformance/told.js';
import { clientOf, readTopic } from '../conformance/topic-contents.js';
import type { FeedObserver } from '../feed-observer.js';
import { KafkaFeed } from './kafka-feed.js';
import { LeaseLost, RelayCheckpoint } from './relay-checkpoint.js';

let world: FeedWorld;
let topicPrefix: string;
let topic: string;

beforeEach(async () => {
  world = await FeedWorld.create();
  topicPrefix = `${randomUUID()}.`;
  topic = `${topicPrefix}${topics.intake}`;
});
afterEach(() => world.end());

const feedOn = (brokers: readonly string[], more: { observe?: FeedObserver; partitions?: number } = {}) =>
  new KafkaFeed({ brokers, clientId: 'test', topicPrefix, partitions: 2, sessionTimeoutMs: 6_000, ...more });

async function produce(brokers: readonly string[], messages: Message[]): Promise<void> {
  const producer = clientOf(brokers).producer({
    createPartitioner:
      () =>
      ({ message }) =>
        message.partition ?? 0,
  });
  await producer.connect();
  await producer.send({ topic, messages }).finally(() => producer.disconnect());
}

async function administer(brokers: readonly string[], work: (admin: ReturnType<Kafka['admin']>) => Promise<unknown>) {
  const admin = clientOf(brokers).admin();
  await admin.connect();
  await work(admin).finally(() => admin.disconnect());
}

describeWithKafka('the Kafka feed and what goes wrong on the way', (kafka) => {
  it('drops what a zombie sends again, and fences it', async () => {
    const engine = feedOn(kafka.brokers);
    await world.publish(engine);
    await world.follow(engine);
    await world.write(200);
    await world.everythingArrived();

    const sent = (await readTopic(kafka.brokers, topic)).get(0) ?? [];
    const again = sent.map(({ key, headers, value }) => ({ key, headers, value, partition: 0 }));
    expect(again.length).toBeGreaterThan(0);
    await produce(kafka.brokers, again);
    await world.write(100);
    await world.everythingArrived();

    const pool = createPool({ url: world.publisher.appUrl });
    try {
      const zombie = await RelayCheckpoint.take(pool, 'elsewhere', 2);
      const successor = await RelayCheckpoint.take(pool, 'elsewhere', 2);
      await successor.advance({ position: 5, last: { 0: 5 } }, { 0: 0 });
      await expect(zombie.advance({ position: 3, last: {} }, {})).rejects.toThrow(LeaseLost);
      await expect(successor.advance({ position: 9, last: { 0: 9 } }, { 0: 1 })).resolves.toBeUndefined();
    } finally {
      await pool.end();
    }
  });

  it('halts a partition whose beginning was cut off, and heals by sending once more', async () => {
    const alarms: string[] = [];
    const observe: FeedObserver = { halted: (_source, partition, reason) => alarms.push(`${partition}: ${reason}`) };
    const engine = feedOn(kafka.brokers, { observe, partitions: 1 });
    await world.publish(engine);
    await world.write(100);
    await until('everything to be sent', async () => {
      const [publication] = (await engine.status()).publications;
      return publication && publication.head > 0 && publication.position === publication.head;
    });
    await administer(kafka.brokers, async (admin) => {
      await admin.fetchTopicOffsets(topic); // kafkajs deletes only where it has looked before
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] });
    });

    await world.follow(engine);
    const halted = await until('the halt', async () => (await engine.status()).subscriptions[0]?.halted, 20_000);
    expect(halted).toMatch(/partition 0: record \d+ follows \d+, but 0 was received last/);
    expect(alarms).toEqual([`0: ${halted}`]);
    expect(await world.received()).toEqual([]);

    expect(await engine.resume('intake', { search: true })).toBe(1);
    await engine.republish('intake');
    await world.write(50);
    await world.everythingArrived();
    expect((await engine.status()).problems).toEqual([]);
  }, 60_000);

  it('keeps a record that breaks its contract as unreadable, and lets the others pass', async () => {
    const reasons: string[] = [];
    const engine = feedOn(kafka.brokers, { observe: { unreadable: (_source, reason) => reasons.push(reason) } });
    const publication = world.publication;
    const damaging = (event: RecordedEvent) => {
      const told = toPublic(event);
      return told && event.position === 6 ? { ...told, data: { body: 42 } } : told;
    };
    const relay = await engine.publish({ ...publication, toPublic: damaging });
    await world.follow(engine);
    await world.write(40, { writers: 1 });
    const count = (await world.published()).length;
    await until('all records', async () => (await world.received()).length === count, 20_000);
    await relay.stop();
    const unreadable = (await world.received()).filter(({ type }) => type === 'Unreadable');
    const told = (await world.published()).find(({ position }) => position === 6)!;
    expect(unreadable).toMatchObject([
      { sourcePosition: 6, streamId: told.streamId, tenantId: told.tenantId, eventId: told.id },
    ]);
    const { raw } = unreadable[0]!.data as { raw: string };
    expect(Buffer.from(raw, 'base64').toString()).toBe('{"body":42}');
    expect(reasons.length).toBeGreaterThan(0);
  });

  it('passes over records that no relay of ours has written', async () => {
    let foreign = 0;
    const engine = feedOn(kafka.brokers, { observe: { foreign: () => (foreign += 1) }, partitions: 1 });
    await world.publish(engine);
    await world.follow(engine);
    await world.write(20);
    await world.everythingArrived();
    await produce(kafka.brokers, [
      { key: 'ticket-x', value: 'hello' },
      { key: null, value: null },
    ]);
    await world.write(20);
    await world.everythingArrived();
    expect(foreign).toBeGreaterThan(0);
  });

  it("starts at its own checkpoint, not at the offset Kafka remembers: a database may be older than Kafka's news", async () => {
    const engine = feedOn(kafka.brokers, { partitions: 1 });
    await world.publish(engine);
    await world.write(60);
    await until('the topic to be filled', async () => (await engine.status()).publications[0]?.position === 60);
    await administer(kafka.brokers, (admin) =>
      admin.setOffsets({
        groupId: `${topicPrefix}guichet.follower`,
        topic,
        partitions: [{ partition: 0, offset: '40' }],
      }),
    );
    await world.follow(engine);
    await world.everythingArrived();
  });

  it('is not live any more when kafkajs has given up', async () => {
    const crashes: string[] = [];
    const observe: FeedObserver = { crashed: (consumer) => crashes.push(consumer) };
    const options = { brokers: kafka.brokers, clientId: 'test', topicPrefix, observe };
    const engine = new KafkaFeed({ ...options, sessionTimeoutMs: 2_000_000_000 }); // more than a broker grants
    await world.follow(engine);
    const status = await until('the crash', async () => {
      const now = await engine.status();
      return !now.live && now;
    });
    expect(status.problems[0]).toMatch(/follower follows no more and has to be started again/);
    expect(crashes).toEqual(['follower']);
  });

  it('refuses to publish to a topic whose partitions have changed: streams would lose their order', async () => {
    const first = feedOn(kafka.brokers);
    const publication = await world.publish(first);
    await world.write(10);
    await until('the topic to be filled', async () => (await first.status()).publications[0]?.position === 10);
    await publication.stop();
    await administer(kafka.brokers, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }));
    const second = feedOn(kafka.brokers);
    await world.publish(second);
    const error = await until('the refusal', async () => (await second.status()).publications[0]?.error);
    expect(error).toMatch(/has 3 partitions, but 2 when the relay began/);
  });
});
