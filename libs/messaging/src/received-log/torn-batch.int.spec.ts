import { type FaultTime, startFaultProxy } from '@guichet/testing';
import { createPool } from '@guichet/event-sourcing';
import { FeedWorld } from '../conformance/feed-world.js';
import { asPublic } from '../conformance/told.js';
import { ReceivedLog } from './received-log.js';

const times: readonly FaultTime[] = ['before', 'after'];
const place = { feed: 'torn', source: 'intake', partition: 0 } as const;

describe('A follower whose process dies at a statement of a batch', () => {
  it('has received either all of it or nothing: the next one loses nothing, and stores nothing twice', async () => {
    const world = await FeedWorld.create();
    const proxy = await startFaultProxy(world.follower.appUrl);
    /** Takes what comes after the checkpoint, as any process does that takes over. */
    const goOn = async (url: string, afterLook: () => void = () => undefined) => {
      const pool = createPool({ url, max: 2 });
      try {
        const receivedLog = new ReceivedLog({ pool });
        const { position: from } = await receivedLog.checkpoint(place);
        const published = await world.published();
        const records = published.flatMap((event, i) => {
          const { position } = event;
          return position > from
            ? { position, previous: published[i - 1]?.position ?? 0, event, cursor: position }
            : [];
        });
        afterLook();
        await receivedLog.receive({ ...place, records, cursor: published.at(-1)?.position ?? 0 });
      } finally {
        await pool.end();
      }
    };
    const through = proxy.urlFor(world.follower.appUrl);
    try {
      await world.write(10);
      let before = 0;
      await goOn(through, () => (before = proxy.statements));
      const statements = proxy.statements - before;
      expect(statements).toBeGreaterThan(0);
      for (let n = 1; n <= statements; n++) {
        for (const time of times) {
          await world.write(8);
          await goOn(through, () => proxy.dieAt(n, time)).catch(() => undefined);
          expect(proxy.hasStruck).toBe(true);
          proxy.revive();
          await goOn(world.follower.appUrl);
          const received = (await world.received()).map(asPublic);
          expect({ n, time, received }).toEqual({ n, time, received: await world.published() });
        }
      }
    } finally {
      await proxy.close();
      await world.end();
    }
  });
});
