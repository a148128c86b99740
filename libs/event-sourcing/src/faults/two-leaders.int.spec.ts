import { until } from '@guichet/testing';
import type pg from 'pg';
import { createPool } from '../database/sessions.js';
import { LogReader, type Page } from '../log-reader.js';
import type { Projection } from '../projection/projection.js';
import { createTestLog, type TestLog } from '../testing/test-log.js';
import { addTo, expectedTotals, projectionOf, totals } from '../testing/test-projection.js';
import { totalsProjection } from '../testing/totals-projection.js';

const soonMs = 15_000;

/** Holds up whoever passes once it is shut. */
class Gate {
  private opened: Promise<void> | undefined;
  private release: () => void = () => {};
  waiting = false;

  shut(): void {
    this.opened = new Promise((resolve) => (this.release = resolve));
  }

  open(): void {
    this.opened = undefined;
    this.release();
  }

  async pass(): Promise<void> {
    if (!this.opened) return;
    this.waiting = true;
    await this.opened;
    this.waiting = false;
  }
}

/** Answers a page only when the gate is open: by then it may be old. */
class GatedReader extends LogReader {
  constructor(
    pool: pg.Pool,
    private readonly gate: Gate,
  ) {
    super({ pool, table: 'event_log' });
  }

  override async readPage(after: number, limit: number): Promise<Page> {
    const page = await super.readPage(after, limit);
    if (page.events.length > 0) await this.gate.pass();
    return page;
  }
}

describe('Two replicas that both believe they lead', () => {
  let test: TestLog;
  const pools: pg.Pool[] = [];
  beforeEach(async () => {
    test = await createTestLog('leaders');
  });
  afterEach(async () => {
    await Promise.all(pools.splice(0).map((pool) => pool.end()));
    await test.close();
  });

  const replica = (projection: Projection, readerGate = new Gate()) => {
    const pool = createPool({ url: test.database.appUrl, max: 4 });
    pools.push(pool);
    return projectionOf(test, projection, { pool, logs: [new GatedReader(pool, readerGate)] });
  };
  /** The lease goes to whoever asks next; who had it is in the middle of something, and notices later. */
  const loseLease = () =>
    test.pool.query(
      `select pg_terminate_backend(pid, 2000) from pg_locks where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())
          and objid = (hashtextextended('guichet/lease/projection/totals', 0) & 4294967295)::oid`,
    );

  it('apply nothing twice, when the one before still has an open transaction', async () => {
    const gate = new Gate();
    const projection = totalsProjection();
    const held = replica({
      ...projection,
      apply: async (events, tx) => {
        await projection.apply(events, tx);
        await gate.pass();
      },
    });
    const next = replica(projection);
    await held.prepare();
    await held.runner.start();
    gate.shut();
    await addTo(test, 'a', 1, 2);
    await until('the first is in the middle of a transaction', () => gate.waiting);
    await loseLease();
    await next.runner.start();
    const blocked = `select from pg_stat_activity where usename = current_user and wait_event_type = 'Lock'`;
    await until('the second waits for the first', async () => (await test.pool.query(blocked)).rowCount);
    gate.open();
    expect(await next.runner.waitFor('own', await addTo(test, 'a', 3), soonMs)).toBe(true);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    await Promise.all([held.runner.stop(), next.runner.stop()]);
  });

  it('apply nothing twice, when the one before wakes up with a page it read long ago', async () => {
    const gate = new Gate();
    const [held, next] = [replica(totalsProjection(), gate), replica(totalsProjection())];
    await held.prepare();
    await held.runner.start();
    gate.shut();
    await addTo(test, 'a', 1, 2);
    await until('the first has read its page', () => gate.waiting);
    await loseLease();
    await next.runner.start();
    expect(await next.runner.waitFor('own', await addTo(test, 'a', 3), soonMs)).toBe(true);
    gate.open();
    await until('the first has seen that it is late', () => held.runner.state === 'standby', soonMs);
    expect(await totals(test)).toEqual(await expectedTotals(test));
    await Promise.all([held.runner.stop(), next.runner.stop()]);
  });
});
