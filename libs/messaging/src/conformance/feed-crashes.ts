import { setTimeout as pause } from 'node:timers/promises';
import type { PublicEvent } from '@guichet/contracts';
import { seedOfRun, until } from '@guichet/testing';
import { FeedProcess } from './feed-process.js';
import type { FeedProcessSettings } from './feed-process.main.js';
import { FeedWorld } from './feed-world.js';
import { Random } from './random.js';

export interface CrashingEngine {
  /** Process → what it does, in a world of its own; at least two of each kind. */
  readonly processes: (world: FeedWorld) => Readonly<Record<string, FeedProcessSettings>>;
  /** The broker, where there is one: killed and started again like everything else. */
  readonly broker?: () => { kill(): Promise<void>; restart(): Promise<void> };
  readonly told?: () => Promise<readonly PublicEvent[]>;
}

/** Kills of one run; a long run by command: `KILLS=200 npm test -- libs/messaging/src -t 'at random moments'`. */
const kills = Number(process.env.KILLS ?? 6);

/** What both engines survive, with real processes. Afterwards log = topic = received log = read model. */
export function itSurvives({ processes, broker, told }: CrashingEngine): void {
  let world: FeedWorld;
  let parts: FeedProcess[];

  beforeEach(async () => {
    world = await FeedWorld.create();
    await world.project();
    await world.stopAll(); // from here on the processes project
    parts = Object.entries(processes(world)).map(([name, settings]) => new FeedProcess(name, settings));
    await Promise.all(parts.map((part) => part.start()));
  }, 60_000);
  afterEach(async () => {
    await Promise.all(parts.map((part) => part.kill()));
    await world.end();
  });

  /** Writes until it is told to end. */
  const load = () => {
    let isOver = false;
    const writing = (async () => {
      while (!isOver) {
        await world.write(25);
        await pause(25); // as much as two cores can follow
      }
    })();
    return async () => {
      isOver = true;
      await writing;
    };
  };
  const moreArrives = async (timeoutMs = 60_000) => {
    const { reader } = world.newReceivedLog();
    const before = await reader.head();
    await until('more to arrive', async () => (await reader.head()) > before + 50, timeoutMs);
  };

  it(
    'kill -9 of any part at random moments under load',
    async () => {
      const seed = seedOfRun();
      const random = new Random(seed);
      const victims = [...parts, ...(broker ? [broker()] : [])];
      // Each once, then any.
      const order = random.shuffled(victims);
      while (order.length < kills) order.push(victims[random.below(victims.length)]!);
      try {
        const endLoad = load();
        await moreArrives();
        for (const victim of order) {
          await pause(random.below(800));
          await victim.kill();
          await ('restart' in victim ? victim.restart() : victim.start());
        }
        await moreArrives();
        await endLoad();
        await world.everythingAgrees(60_000, told);
      } catch (error) {
        throw new Error(`With GUICHET_TEST_SEED=${seed} and KILLS=${kills}`, { cause: error });
      }
    },
    120_000 + kills * 15_000,
  );

  it('any process that stands still, is given up, and wakes as a zombie', async () => {
    const endLoad = load();
    await moreArrives();
    for (const part of parts) {
      await part.freeze(world.publisher.adminUrl);
      await moreArrives(); // by another one
      part.wake();
      await moreArrives();
    }
    await endLoad();
    await world.everythingAgrees(60_000, told);
  }, 180_000);
}
