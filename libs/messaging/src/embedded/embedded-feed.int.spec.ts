import { until } from '@guichet/testing';
import pg from 'pg';
import { itConforms } from '../conformance/feed-conformance.js';
import { FeedWorld } from '../conformance/feed-world.js';
import { EmbeddedFeed } from './embedded-feed.js';

describe('the embedded feed', () => {
  itConforms({ create: () => new EmbeddedFeed() });
});

describe('the embedded feed and a damaged log', () => {
  let world: FeedWorld;
  beforeEach(async () => {
    world = await FeedWorld.create();
  });
  afterEach(() => world.end());

  const onPublisher = async (text: string) => {
    const client = new pg.Client({ connectionString: world.publisher.adminUrl });
    await client.connect();
    await client.query(text).finally(() => client.end());
  };

  it('stands still with an alarm at a hole, and goes on when it has been filled', async () => {
    const halts: string[] = [];
    const engine = new EmbeddedFeed({ observe: { halted: (_source, _partition, reason) => halts.push(reason) } });
    await world.write(50, { writers: 1 });
    await onPublisher('create table spare as select * from event_log where position = 30');
    await onPublisher('delete from event_log where position = 30');
    await world.publish(engine);
    await world.follow(engine);
    const problems = await until('the halt', async () => {
      const { problems } = await engine.status();
      return problems.length > 0 && problems;
    });
    expect(problems[0]).toMatch(/no longer follows intake: the log of intake has a hole/);
    expect(halts).toHaveLength(1);

    await onPublisher('insert into event_log select * from spare');
    expect(await engine.resume('intake')).toBe(1);
    await world.everythingArrived();
  });

  it('stands still when the log ends before what it has read: an older copy was restored', async () => {
    const engine = new EmbeddedFeed();
    await world.publish(engine);
    await world.follow(engine);
    await world.write(20, { writers: 1 });
    await world.everythingArrived();
    await onPublisher('delete from event_log where position > 10');
    const halted = await until('the halt', async () => (await engine.status()).subscriptions[0]?.halted);
    expect(halted).toMatch(/ends at 10, but was read up to 20: was an older copy restored/);
  });
});
