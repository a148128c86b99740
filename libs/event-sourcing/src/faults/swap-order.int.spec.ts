import { setTimeout as pause } from 'node:timers/promises';
import { effort, isSoak, withSeed } from '@guichet/testing';
import { swap, SwapScene, type Work } from '../testing/swap-scene.js';
import { addTo, totals } from '../testing/test-projection.js';

const slowMs = effort(150_000, 900_000);

describe('A swap that is held up between two statements', () => {
  let scene: SwapScene;
  beforeAll(async () => {
    scene = await SwapScene.open('order');
  });
  afterAll(() => scene.close());

  const eventsInTotals = async () => (await totals(scene.test)).reduce((sum, { events }) => sum + events, 0);

  /** Nothing where the tables are on the move: readers wait then. */
  const seenMeanwhile = () => Promise.race([eventsInTotals(), pause(60).then(() => 0)]);

  /**
   * Holds a swap at each of its statements, one swap after the other; in a short run at one in four, chosen by chance.
   */
  const heldEverywhere = (meanwhile: (n: number) => Promise<void>, after: () => Promise<void>) =>
    withSeed((random) => held(() => isSoak || random() < 1 / 4, meanwhile, after));

  /** Does something in the meantime, and afterwards. */
  async function held(
    isChosen: () => boolean,
    meanwhile: (n: number) => Promise<void>,
    after: () => Promise<void>,
  ): Promise<void> {
    const { proxy } = scene;
    await scene.rebuilt();
    const statements = await scene.statementsOf(swap);
    expect(statements).toBeGreaterThan(10);
    for (let n = 1; n <= statements; n++) {
      if (!isChosen()) continue;
      await scene.rebuilt();
      await scene.asOperator(async (admin) => {
        const holding = proxy.holdAt(n);
        const swapping = Promise.allSettled([swap(admin)]);
        const letGo = await Promise.race([holding, swapping.then(() => undefined)]);
        await meanwhile(n);
        letGo?.();
        await swapping;
        proxy.revive();
        await after();
      });
      await scene.mustBeWell();
    }
  }

  it(
    'shows readers nothing older than what they have seen',
    async () => {
      let before = 0;
      await heldEverywhere(
        async (n) => {
          // The swap must hold up the runner too, or get what it applies in the meantime.
          const position = await addTo(scene.test, `held-${n}`, 1, 2, 3);
          await scene.live.runner.waitFor('own', position, 40);
          before = await seenMeanwhile();
        },
        async () => expect(await eventsInTotals()).toBeGreaterThanOrEqual(before),
      );
    },
    slowMs,
  );

  it(
    'brings in nothing half-built, though its lease is lost and another operator begins anew',
    async () => {
      let rebuilding: Promise<unknown> = Promise.resolve();
      let before = 0;
      const beginAnew: Work = (admin) => {
        const stop = new AbortController();
        return admin.rebuild('totals', { batchSize: 1, onProgress: () => stop.abort(), signal: stop.signal });
      };
      await heldEverywhere(
        async () => {
          await scene.loseLease();
          rebuilding = Promise.allSettled([beginAnew(scene.live.admin)]);
          // Where the swap has what the other needs, it has to go on first.
          await Promise.race([rebuilding, pause(80)]);
          before = await seenMeanwhile();
        },
        async () => {
          expect(await eventsInTotals()).toBeGreaterThanOrEqual(before);
          await rebuilding;
        },
      );
    },
    slowMs,
  );
});
