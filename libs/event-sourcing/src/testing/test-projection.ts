import type pg from 'pg';
import type { LogReader } from '../log-reader.js';
import { roleOf } from '../database/provision.js';
import { prepareReadModels } from '../projection/prepare.js';
import { ProjectionAdmin } from '../projection/projection-admin.js';
import { ProjectionRunner, type ProjectionRunnerOptions } from '../projection/projection-runner.js';
import type { Projection } from '../projection/projection.js';
import { added, context, tenant, type TestLog } from './test-log.js';

/** What one process would have for one projection. */
export interface TestProjection {
  readonly pool: pg.Pool;
  readonly admin: ProjectionAdmin;
  /** What the owner does before a version starts. */
  readonly prepare: () => Promise<void>;
  readonly runner: ProjectionRunner;
}

export function projectionOf(
  test: TestLog,
  projection: Projection,
  options: Partial<ProjectionRunnerOptions> & { logs?: readonly LogReader[] } = {},
): TestProjection {
  const { logs = [test.log], pool = test.pool } = options;
  const { ownerUrl: url, appUrl } = test.database;
  const readModels = [{ projection, logs: logs.map(({ name }) => name) }];
  return {
    pool,
    admin: new ProjectionAdmin({ pool, projections: [{ projection, logs }], observe: options.observe }),
    prepare: () => prepareReadModels({ url, appRole: roleOf(appUrl), readModels }),
    runner: new ProjectionRunner({ pool, projection, logs, ...options }),
  };
}

export interface Total {
  stream_id: string;
  events: number;
  sum: number;
  version: number;
}

/** The table as an operator sees it. */
export async function totals(test: TestLog, schema = 'read_model', tenantId = tenant): Promise<Total[]> {
  const client = await test.pool.connect();
  try {
    await client.query(`begin; set local guichet.tenant_id = '${tenantId}'`);
    const { rows } = await client.query<Total>(
      `select stream_id, events, sum::int, version from ${schema}.total order by stream_id`,
    );
    return rows;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

/** The totals as a fold of the log from zero gives them. */
export async function expectedTotals(test: TestLog, factor = 1): Promise<Total[]> {
  const { rows } = await test.pool.query<Total>(
    `select stream_id, count(*)::int as events, sum((data ->> 'amount')::int * ${factor})::int as sum, max(version) as version
       from event_log where tenant_id = $1 group by stream_id order by stream_id`,
    [tenant],
  );
  return rows;
}

/** Appends one event with each amount to the end of a stream. */
export async function addTo(test: TestLog, streamId: string, ...amounts: number[]): Promise<number> {
  const expectedVersion = (await test.store.readStream(tenant, streamId)).length;
  const request = { streamId, expectedVersion, events: amounts.map(added), context: context() };
  return (await test.store.append(request)).position;
}
