import { randomUUID } from 'node:crypto';
import { until } from '@guichet/testing';
import pg from 'pg';
import type { FeedEngine } from '../feed.js';
import { FeedWorld } from './feed-world.js';

export interface ConformingEngine {
  /** One process' engine in a world of its own; `n` counts them. */
  readonly create: (worldId: string, n: number) => FeedEngine;
}

/** What both engines promise; each runs it against real servers. */
export function itConforms({ create }: ConformingEngine): void {
  let world: FeedWorld;
  let worldId: string;
  let engines = 0;
  const newEngine = () => create(worldId, ++engines);
  let engine: FeedEngine;

  beforeEach(async () => {
    worldId = randomUUID();
    world = await FeedWorld.create();
    engine = newEngine();
  });
  afterEach(() => world.end());

  it('brings every public event once and in the order of its stream, while many write', async () => {
    await world.write(100);
    await world.publish(engine);
    await world.follow(engine);
    await world.write(2_000);
    await world.everythingArrived();
    expect((await engine.status()).problems).toEqual([]);
  });

  it('starts at the beginning for a follower that comes late', async () => {
    await world.publish(engine);
    await world.write(500);
    await world.follow(engine);
    await world.everythingArrived();
  });

  it('follows a publisher that comes late', async () => {
    await world.follow(engine);
    await world.write(50);
    await world.publish(engine);
    await world.everythingArrived();
  });

  it('goes on where it stopped, on either side', async () => {
    const publication = await world.publish(engine);
    const subscription = await world.follow(engine);
    await world.write(300);
    await world.everythingArrived();

    await subscription.stop();
    await world.write(300);
    await world.follow(engine);
    await world.everythingArrived();

    await publication.stop();
    await world.write(300);
    await world.publish(engine);
    await world.everythingArrived();
  }, 60_000);

  it('tells a reader when what it wrote has arrived, private events included', async () => {
    await world.publish(engine);
    const receivedLog = world.newReceivedLog();
    await world.follow(engine, receivedLog);
    for (const isPrivate of [false, true, false]) {
      const { position } = await world.writeOne('ticket-1', isPrivate);
      const arrival = await receivedLog.waitFor('intake', position, 15_000);
      expect(arrival).toBe((await world.published()).length);
    }
    expect(await receivedLog.waitFor('intake', 1_000_000, 100)).toBeUndefined();
  });

  it('shares the work between replicas, and survives the end of one of them', async () => {
    const others = [engine, newEngine()];
    const stops = [];
    for (const one of others) stops.push(await world.publish(one), await world.follow(one));
    const writing = world.write(3_000);
    await until('the first events to arrive', async () => (await world.received()).length > 100, 20_000);
    await Promise.all(stops.slice(0, 2).map((one) => one.stop()));
    await writing;
    await world.everythingArrived(40_000);
  }, 90_000);

  it('goes on after both databases have cut all connections', async () => {
    await world.publish(engine);
    await world.follow(engine);
    const writing = world.write(2_000);
    await until('the first events to arrive', async () => (await world.received()).length > 100, 20_000);
    await cutConnections(world.follower.adminUrl);
    await writing;
    await cutConnections(world.publisher.adminUrl);
    await world.write(100).catch(() => world.write(100)); // the writers' own connections were cut as well
    await world.everythingArrived(40_000);
    await until('no problem to be left', async () => (await engine.status()).problems.length === 0, 10_000);
  }, 90_000);
}

async function cutConnections(adminUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
    );
  } finally {
    await client.end();
  }
}
