import { randomUUID } from 'node:crypto';
import type { PublicEvent } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import { seedOfRun, until } from '@guichet/testing';
import type { FeedEngine } from '../feed.js';
import { FaultyReceivedLog, ForgetfulReceivedLog, deliveryFaults } from './faulty-received-log.js';
import { FeedWorld, publicShare } from './feed-world.js';
import { Random } from './random.js';
import { transcripts } from './transcript.js';

export interface FaultyEngine {
  /** One process' engine in a world of its own. */
  readonly create: (worldId: string) => FeedEngine;
  /** What lies between publisher and follower, where anything does. */
  readonly told?: (worldId: string) => Promise<readonly PublicEvent[]>;
}

/** What both engines withstand. Afterwards log = topic = received log = read model. */
export function itWithstands({ create, told }: FaultyEngine): void {
  let world: FeedWorld;
  let worldId: string;
  const everythingAgrees = () => world.everythingAgrees(30_000, told && (() => told(worldId)));
  const inStep = async (engine = create(worldId)) => {
    await world.publish(engine);
    await world.follow(engine);
    return engine;
  };

  beforeEach(async () => {
    worldId = randomUUID();
    world = await FeedWorld.create();
  });
  afterEach(() => world.end());

  it('deliveries that come twice, late, in another order, in part, or not at all', async () => {
    const seed = seedOfRun();
    const receivedLog = new FaultyReceivedLog({ pool: world.followerPool }, new Random(seed));
    const engine = create(worldId);
    await world.project();
    await world.publish(engine);
    await world.follow(engine, receivedLog);
    try {
      const isMissing = () => deliveryFaults.some((fault) => !receivedLog.happened.has(fault));
      const deadline = performance.now() + 20_000;
      while (isMissing() && performance.now() < deadline) await world.write(60);
      expect([...receivedLog.happened.keys()].sort()).toEqual([...deliveryFaults].sort());
      await everythingAgrees();
      const { problems } = await until('no problem', async () => {
        const status = await engine.status();
        return status.problems.length === 0 && status;
      });
      expect(problems).toEqual([]);
    } catch (error) {
      const state = JSON.stringify({ faults: [...receivedLog.happened], ...(await engine.status()) });
      throw new Error(`With GUICHET_TEST_SEED=${seed}: ${state}`, { cause: error });
    }
  }, 90_000);

  it('a last delivery that seemed to be stored and is not, with nothing after it to show the gap', async () => {
    const receivedLog = new ForgetfulReceivedLog({ pool: world.followerPool });
    const engine = create(worldId);
    await world.project();
    await world.publish(engine);
    await world.follow(engine, receivedLog);
    await world.write(100);
    await world.everythingArrived();
    receivedLog.forgets = true;
    await world.write(20);
    await until('every partition to have lost its end', () => receivedLog.forgotten >= 20 * publicShare);
    receivedLog.forgets = false;
    await everythingAgrees();
    expect((await engine.status()).problems).toEqual([]);
  }, 60_000);

  it('a follower’s database restored from an older copy: what it lacks comes once more', async () => {
    await world.project();
    await inStep();
    await world.write(200);
    await world.everythingArrived();
    await world.stopAll();
    const copy = await world.backup(world.follower);
    await inStep();
    await world.write(200);
    await world.everythingArrived();
    await world.stopAll();
    await copy.restore();
    await world.project();
    await inStep();
    await everythingAgrees();
  }, 60_000);

  it('a publisher’s database restored from an older copy: nothing goes on, with an alarm, until the newer one is back', async () => {
    await world.project();
    await inStep();
    await world.write(150);
    await world.everythingArrived();
    await world.stopAll();
    const copy = await world.backup(world.publisher);
    await inStep();
    await world.write(100);
    await world.everythingArrived();
    await world.stopAll();
    const received = (await world.received()).length;
    const sent = told && (await told(worldId)).length;
    await copy.restore();
    // Written before anybody looks: nothing, less than was lost, more. Every time new processes: no way around the
    // alarm.
    for (const again of [0, 40, 100]) {
      await world.write(again);
      const engine = await inStep();
      await engine.resume('intake'); // a follower that had halted looks again
      const problem = await until('the alarm', async () => (await engine.status()).problems[0], 20_000);
      expect(problem).toMatch(/older copy/);
      await world.write(10);
      await world.stopAll();
      expect((await world.received()).length).toBe(received);
    }
    expect(told && (await told(worldId)).length).toBe(sent);

    await copy.undo();
    await world.project();
    const healed = await inStep();
    await healed.resume('intake');
    await world.write(50);
    await everythingAgrees();
    expect((await healed.status()).problems).toEqual([]);
  }, 120_000);

  describe('a poison event at the head of a busy stream', () => {
    const busy = 'ticket-00000000-0000-4000-8000-000000000003';
    const state = { mended: false };
    const poison = ({ data }: RecordedEvent) =>
      !state.mended && (data as { body?: string }).body === 'poison' ? 'it is poison' : undefined;
    const poisoned = async () => {
      state.mended = false;
      const admin = await world.project(poison);
      await inStep();
      await world.writeOne(busy, false, 'poison');
      await Promise.all([world.write(300), world.writeOne(busy, false, 'poison')]);
      await world.everythingArrived();
      const others = transcripts((await world.published()).filter(({ streamId }) => streamId !== busy));
      await until('the other streams to flow', async () => {
        const now = await world.projected();
        return [...others].every(([streamId, { hash }]) => now.get(streamId)?.hash === hash);
      });
      expect(await world.projected()).toEqual(others);
      const ofBusy = (await world.published()).filter(({ streamId }) => streamId === busy);
      const [first] = await until('the stream to be parked whole', async () => {
        const parked = await admin.parked();
        return parked[0]?.events === ofBusy.length && parked;
      });
      expect(first).toMatchObject({ streamId: busy, reason: expect.stringContaining('it is poison') as unknown });
      return { admin, ofBusy };
    };

    it('is parked with what follows, and replayed in order after a fix, while more comes', async () => {
      const { admin } = await poisoned();
      expect(await admin.replay(busy)).toMatchObject([{ applied: 0 }]);
      state.mended = true;
      const writing = world.write(300);
      expect(await admin.replay(busy)).toMatchObject([{ discarded: 0, remaining: 0 }]);
      await writing;
      await everythingAgrees();
      expect(await admin.parked()).toEqual([]);
    }, 60_000);

    it('is left out by a discard, and what follows is applied', async () => {
      const { admin, ofBusy } = await poisoned();
      await admin.discard(busy);
      await admin.discard(busy);
      expect(await admin.parked()).toEqual([]);
      const rest = ofBusy.filter(({ data }) => (data as { body: string }).body !== 'poison');
      expect(rest.length).toBe(ofBusy.length - 2);
      expect((await world.projected()).get(busy)).toEqual(transcripts(rest).get(busy));
    }, 60_000);
  });
}
