import { effort, type FaultTime, isSoak, until, withSeed } from '@guichet/testing';
import { rebuildAndCompare, replace, swap, SwapScene, type Work } from '../testing/swap-scene.js';
import { expectedTotals, totals } from '../testing/test-projection.js';

const soonMs = 20_000;
const slowMs = effort(150_000, 900_000);

describe('Replacing the live tables under traffic', () => {
  let scene: SwapScene;
  beforeAll(async () => {
    scene = await SwapScene.open('swap');
  });
  afterAll(() => scene.close());

  const died = (n: number) => scene.proxy.dieAt(n, 'before');

  /** Strikes at each statement of the work, one after the other; in a short run at one in so many, chosen by chance. */
  async function strikeEverywhere(
    strike: (n: number) => void,
    work: Work,
    { prepare = () => Promise.resolve(), oneIn = 1 }: { prepare?: () => Promise<void>; oneIn?: number } = {},
  ): Promise<void> {
    const { proxy } = scene;
    let struck = 0;
    await withSeed(async (random) => {
      await prepare();
      const statements = await scene.statementsOf(work);
      await scene.mustBeWell();
      // Traffic makes it take a few more or fewer each time: the end is where the fault comes too late.
      for (let n = 1; n < 1000; n++) {
        if (!isSoak && n < statements && random() * oneIn > 1) continue;
        await prepare();
        strike(n);
        // It may also get through: where the lost connection was not needed any more.
        await scene.asOperator(work).catch(() => {});
        const { hasStruck } = proxy;
        proxy.revive();
        await scene.mustBeWell();
        if (!hasStruck) break;
        struck++;
      }
      await scene.asOperator(replace);
      await scene.mustBeWell();
    });
    expect(struck).toBeGreaterThan(1);
  }

  it(
    'leaves nothing behind, at whichever statement of the swap the operator is killed',
    () => strikeEverywhere(died, swap, { prepare: () => scene.rebuilt(), oneIn: 2 }),
    slowMs,
  );

  it(
    'leaves nothing behind, at whichever statement of the rebuild and the comparison the operator is killed',
    () => strikeEverywhere(died, rebuildAndCompare, { oneIn: 5 }),
    slowMs,
  );

  it.each<FaultTime>(['before', 'after'])(
    'leaves nothing behind, at whichever statement one connection of a living operator breaks, %s the server is done',
    (time) => strikeEverywhere((n) => scene.proxy.cutAt(n, time), replace, { oneIn: 8 }),
    slowMs,
  );

  it('told the listeners of every event once, in order, through all of that', async () => {
    const { heard, test } = scene;
    const last = await test.log.head();
    await until('all is told', () => (heard.at(-1) ?? 0) >= last, soonMs);
    expect(heard).toEqual(heard.map((_, i) => 1 + i));
    expect(heard.length).toBeGreaterThan(100);
  });

  it(
    'rolls back to the version before, at whichever statement the operator is killed; and forward again',
    async () => {
      const { test, live, traffic } = scene;
      const rollback: Work = (admin) => traffic.goingBack(() => admin.rollback('totals'));
      await strikeEverywhere(died, rollback, { prepare: () => scene.asOperator(replace), oneIn: 2 });
      await scene.asOperator(rollback);
      await scene.mustBeWell();
      await traffic.stop();
      await until('all is applied', async () => (await live.runner.lag())[0]?.events === 0, soonMs);
      expect(await totals(test)).toEqual(await expectedTotals(test));
    },
    slowMs,
  );
});
