/** One database alone serves a service of an installation on the same brokers. */
import { randomUUID } from 'node:crypto';
import { describeWithKafka, freePort, until } from '@guichet/testing';
import { FeedWorld } from '../conformance/feed-world.js';
import { clientOf, readTopic, toldBy } from '../conformance/topic-contents.js';
import type { FeedObserver } from '../feed-observer.js';
import { encodeClaim } from './claim-record.js';
import type { KafkaOptions } from './kafka-options.js';
import { KafkaFeed } from './kafka-feed.js';

interface Place {
  readonly world: FeedWorld;
  readonly databaseId: string;
  readonly feed: KafkaFeed;
  /** What it was told of other databases. */
  readonly refusals: string[];
}

describeWithKafka('the claim of a database to a service', (kafka) => {
  let worlds: FeedWorld[];
  let installation: string;
  const claims = () => `${installation}.claims.v1`;

  beforeEach(async () => {
    installation = `test-${randomUUID().slice(0, 8)}`;
    worlds = [await FeedWorld.create(), await FeedWorld.create()];
  });
  afterEach(async () => {
    for (const world of worlds) await world.end();
  });

  const place = (n: 0 | 1, options: Partial<KafkaOptions> = {}): Place => {
    const refusals: string[] = [];
    const observe: FeedObserver = { claimRefused: (_service, why) => void refusals.push(why) };
    const { brokers } = kafka;
    const feed = new KafkaFeed({ brokers, clientId: 'routing', installation, partitions: 4, observe, ...options });
    return { world: worlds[n]!, databaseId: `database-${n}`, feed, refusals };
  };
  const follow = async ({ world, feed, databaseId }: Place) => {
    const receivedLog = world.newReceivedLog();
    world.kept(await feed.subscribe({ consumer: 'routing', sources: ['intake'], receivedLog, databaseId }));
  };
  const publish = async ({ world, feed, databaseId }: Place) =>
    world.kept(await feed.publish({ ...world.publication, databaseId }));
  const headOf = ({ world }: Place) => world.newReceivedLog().reader.head();
  const isRefused = ({ feed }: Place) =>
    until('the second to be refused', async () => (await feed.notReady())?.includes('from another database ('), 30_000);
  const isReady = ({ feed }: Place) =>
    until('the first to be ready', async () => (await feed.notReady()) === undefined, 30_000);

  it('gives all eight tickets to the first routing, and the second says why it gets none', async () => {
    const [first, second] = [place(0), place(1)];
    await first.world.publish(place(0).feed);
    await follow(first);
    await isReady(first);
    await follow(second);
    await isRefused(second);

    await first.world.write(32, { streams: 8 });
    await first.world.everythingArrived();
    expect(await headOf(first)).toBe(24); // eight tickets, and a quarter is private
    expect(await headOf(second)).toBe(0);
    const why = await second.feed.notReady();
    expect(why).toContain(`The brokers already serve routing of the installation "${installation}"`);
    expect(why).toMatch(/\(database-0, since \S+Z\); this one is database-1, .* set GUICHET_INSTALLATION/);
    const { problems } = await second.feed.status();
    expect(problems).toEqual([why]);
    expect(second.refusals).toEqual([why]);
    expect((await first.feed.status()).problems).toEqual([]);
  }, 90_000);

  it('lets one of two serve that start at once', async () => {
    const places = [place(0), place(1)];
    await Promise.all(places.map(follow));
    const isRefusal = (why: string | undefined) => why?.includes('The brokers already serve') === true;
    const answers = await until(
      'both to know',
      async () => {
        const known = await Promise.all(places.map(({ feed }) => feed.notReady()));
        return known.every((why) => why === undefined || isRefusal(why)) ? known : undefined;
      },
      30_000,
    );
    expect(answers.filter(isRefusal)).toHaveLength(1);
  }, 90_000);

  it('lets replicas of one database serve together', async () => {
    const replicas = [place(0), place(0)];
    for (const replica of replicas) {
      await follow(replica);
      await isReady(replica);
    }
    expect((await readTopic(kafka.brokers, claims())).get(0)).toHaveLength(1);
  }, 90_000);

  it('publishes nothing of a second database', async () => {
    const [first, second] = [place(0), place(1)];
    await publish(first);
    await isReady(first);
    await first.world.write(8);
    await publish(second);
    await isRefused(second);
    await second.world.write(8);
    const topic = `${installation}.intake.tickets.v1`;
    await until('the first to be sent', async () => (await toldBy(kafka.brokers, topic)).length === 6, 20_000);
    expect(await toldBy(kafka.brokers, topic)).toEqual(await first.world.published());
    expect((await second.feed.status()).publications).toMatchObject([{ position: 0, head: 8, leading: false }]);
  }, 90_000);

  it('gives way to a new database once it is released', async () => {
    const [first, second] = [place(0), place(1)];
    await follow(first);
    await isReady(first);
    await first.world.stopAll();
    const producer = clientOf(kafka.brokers).producer();
    await producer.connect();
    await producer.send({ topic: claims(), messages: [{ key: 'routing', value: null }] });
    await producer.disconnect();

    await follow(second);
    await isReady(second);
    await follow(first);
    await isRefused(first);
  }, 120_000);

  it('waits for a topic that is not to be created, and is not ready meanwhile', async () => {
    const waiting = place(0, { createTopics: false });
    await follow(waiting);
    const why = await until('it to say what it waits for', async () => {
      const answer = await waiting.feed.notReady();
      return answer?.includes('Missing in Kafka') ? answer : undefined;
    });
    expect(why).toContain(claims());
    const admin = clientOf(kafka.brokers).admin();
    await admin.connect();
    const topics = [claims(), `${installation}.intake.tickets.v1`, `${installation}.intake.progress.v1`];
    await admin.createTopics({ topics: topics.map((topic) => ({ topic, numPartitions: 1 })) });
    await admin.disconnect();
    await isReady(waiting);
  }, 90_000);

  it('keeps no database from its users that has taken part before, where the brokers are away', async () => {
    const before = place(0);
    await publish(before);
    await before.world.write(8);
    await until('all to be sent', async () => (await before.feed.status()).publications[0]?.position === 8, 30_000);
    await before.world.stopAll();

    const brokers = [`127.0.0.1:${await freePort()}`];
    const [again, newcomer] = [place(0, { brokers }), place(1, { brokers })];
    await publish(again);
    await publish(newcomer);
    expect(await again.feed.notReady()).toContain('not known yet'); // before it has tried
    await isReady(again);
    await until(
      'the newcomer to say why',
      async () => (await newcomer.feed.notReady())?.includes('ECONNREFUSED'),
      30_000,
    );
  }, 90_000);

  it('is not confused by what others write there', async () => {
    const admin = clientOf(kafka.brokers).admin();
    await admin.connect();
    await admin.createTopics({ topics: [{ topic: claims(), numPartitions: 1 }] });
    await admin.disconnect();
    const producer = clientOf(kafka.brokers).producer();
    await producer.connect();
    const junk = [{ key: 'routing', value: 'junk' }, encodeClaim('intake', 'database-1')];
    await producer.send({ topic: claims(), messages: junk });
    await producer.disconnect();
    const first = place(0);
    await follow(first);
    await isReady(first);
  }, 90_000);

  // Before groups were named after the installation, a follower's group had another name: both read for a while.
  it('loses and doubles nothing while two groups follow for one database', async () => {
    const [first, second] = [place(0), place(0)];
    const { world } = first;
    await world.publish(place(0).feed);
    const before = await second.feed.subscribe({
      ...{ consumer: 'before', sources: ['intake'], receivedLog: world.newReceivedLog() },
    });
    world.kept(before);
    const writing = world.write(600);
    await follow(first);
    await writing;
    await world.write(200);
    await before.stop();
    await world.write(200);
    await world.everythingArrived(40_000);
    expect((await first.feed.status()).problems).toEqual([]);
  }, 120_000);
});
