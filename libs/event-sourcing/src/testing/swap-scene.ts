import { type FaultProxy, startFaultProxy, until } from '@guichet/testing';
import { createPool } from '../database/sessions.js';
import { LogReader } from '../log-reader.js';
import { ProjectionAdmin } from '../projection/projection-admin.js';
import { createTestLog, type TestLog } from './test-log.js';
import { addTo, projectionOf, type TestProjection } from './test-projection.js';
import { totalsProjection } from './totals-projection.js';
import { differingRows, startTraffic, type Traffic } from './traffic.js';

const soonMs = 20_000;
// Locks of other databases are listed too.
const ofOperators = `pg_locks where locktype = 'advisory'
  and database = (select oid from pg_database where datname = current_database())
  and objid = (hashtextextended('guichet/lease/projection-admin/totals', 0) & 4294967295)::oid`;

/** What an operator does from a process of his own. */
export type Work = (admin: ProjectionAdmin) => Promise<void>;

/** A projection under traffic, and operators who come through a proxy. */
export class SwapScene {
  private constructor(
    readonly test: TestLog,
    readonly proxy: FaultProxy,
    readonly live: TestProjection,
    readonly traffic: Traffic,
    /** Positions the listeners of the live tables were told of. */
    readonly heard: readonly number[],
  ) {}

  static async open(name: string): Promise<SwapScene> {
    const test = await createTestLog(name);
    const heard: number[] = [];
    const afterCommit = (events: readonly { position: number }[]) =>
      heard.push(...events.map(({ position }) => position));
    const live = projectionOf(test, totalsProjection({ afterCommit }));
    await live.prepare();
    await live.runner.start();
    for (let i = 0; i < 20; i++) await addTo(test, `s${i}`, i, 1);
    return new SwapScene(test, await startFaultProxy(test.database.appUrl), live, startTraffic(test), heard);
  }

  async close(): Promise<void> {
    await this.traffic.stop();
    await this.live.runner.stop();
    await this.proxy.close();
    await this.test.close();
  }

  /** The work of a new operator, all of it through the proxy. */
  async asOperator(work: Work): Promise<void> {
    const { proxy } = this;
    const { appUrl } = this.test.database;
    const pool = createPool({ url: proxy.urlFor(appUrl), max: 3 });
    const logs = [new LogReader({ pool, table: 'event_log' })];
    const projections = [{ projection: totalsProjection(), logs }];
    try {
      await work(new ProjectionAdmin({ pool, projections }));
    } finally {
      await pool.end();
    }
  }

  /** How many statements the work takes, if nothing goes wrong. */
  async statementsOf(work: Work): Promise<number> {
    const before = this.proxy.statements;
    await this.asOperator(work);
    return this.proxy.statements - before;
  }

  /** Rebuilds beside the live tables, not through the proxy, unless that is done. */
  async rebuilt(): Promise<void> {
    const [status] = await this.live.admin.status();
    if (!status?.slots.some(({ slot }) => slot === 'next')) await this.live.admin.rebuild('totals');
  }

  /** The session that holds the operators' lease ends; the operator does not notice at once. */
  async loseLease(): Promise<void> {
    await this.test.pool.query(`select pg_terminate_backend(pid, 2000) from ${ofOperators}`);
  }

  /**
   * Nobody noticed anything, no row differs from a fold of the log, and the next operator may work. Throws otherwise.
   */
  async mustBeWell(): Promise<void> {
    const { test, live, traffic } = this;
    const [writes, reads] = [traffic.writes, traffic.reads];
    await until('traffic goes on', () => traffic.writes > writes && traffic.reads > reads, soonMs);
    const [difference] = await differingRows(test.pool);
    if (difference) throw new Error(`A row differs: ${JSON.stringify(difference)}`);
    const caughtUp = async () => live.runner.waitFor('own', await test.log.head(), 1000);
    await until('the live tables have caught up', caughtUp, soonMs);
    const [error] = traffic.errors;
    if (error) throw new Error('Readers or writers got an error.', { cause: error });
    if ((await live.admin.parked()).length > 0) throw new Error('A stream was parked.');
    const isFree = async () => (await test.pool.query(`select from ${ofOperators}`)).rowCount === 0;
    await until('the lease of the operator is free', isFree, soonMs);
  }
}

export const swap: Work = (admin) => admin.swap('totals');

export const rebuildAndCompare: Work = async (admin) => {
  await admin.rebuild('totals', { batchSize: 2000 });
  const { equal, tables } = await admin.compare('totals');
  if (!equal) throw new Error(`The rebuilt tables differ: ${JSON.stringify(tables)}`);
};

export const replace: Work = async (admin) => {
  await rebuildAndCompare(admin);
  await swap(admin);
};
