import { type FaultProxy, type FaultTime, startFaultProxy } from '@guichet/testing';
import { createPool } from '../database/sessions.js';
import { ProjectionBuild } from '../projection/projection-build.js';
import { createTestLog, type TestLog } from '../testing/test-log.js';
import { addTo, expectedTotals, projectionOf, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';

const times: readonly FaultTime[] = ['before', 'after'];

describe('A projection whose process dies at a statement of a batch', () => {
  let test: TestLog;
  let proxy: FaultProxy;
  beforeEach(async () => {
    test = await createTestLog('torn');
    await projectionOf(test, totalsProjection()).prepare();
    proxy = await startFaultProxy(test.database.appUrl);
  });
  afterEach(async () => {
    await proxy.close();
    await test.close();
  });

  /** Reads on from the checkpoint, as any process does that takes over. */
  const goOn = async (url: string, afterLook: () => void = () => undefined) => {
    const pool = createPool({ url, max: 2 });
    try {
      const build = new ProjectionBuild(pool, totalsProjection(), 'live', ['own']);
      await build.look();
      const events = await test.log.read(build.position('own'), 1_000);
      afterLook();
      await build.apply('own', events);
    } finally {
      await pool.end();
    }
  };
  const through = () => proxy.urlFor(test.database.appUrl);

  it('leaves either all of it or nothing: the next one loses nothing, and applies nothing twice', async () => {
    await addTo(test, 'a', 1);
    let before = 0;
    await goOn(through(), () => (before = proxy.statements));
    const statements = proxy.statements - before;
    expect(statements).toBeGreaterThan(2);
    for (let n = 1; n <= statements; n++) {
      for (const time of times) {
        await addTo(test, `s${n % 3}`, n, 1);
        const dying = goOn(through(), () => proxy.dieAt(n, time));
        await dying.catch(() => undefined);
        expect(proxy.hasStruck).toBe(true);
        proxy.revive();
        await goOn(test.database.appUrl);
        expect({ n, time, totals: await totals(test) }).toEqual({ n, time, totals: await expectedTotals(test) });
      }
    }
  });
});
