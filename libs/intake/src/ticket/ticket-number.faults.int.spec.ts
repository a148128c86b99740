import { createPool, eventSourcingMigrations, migrate } from '@guichet/event-sourcing';
import { createTestDatabase, type OwnPostgres, startOwnPostgres, type TestDatabase } from '@guichet/testing';
import type pg from 'pg';
import { intakeMigrations } from '../migrations/index.js';
import { countOf } from './ticket-number.js';
import { TicketNumbers } from './ticket-number.store.js';

const slowMs = 60_000;
const tenantId = '00000000-0000-4000-8000-000000000001';

let server: OwnPostgres;
let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  server = await startOwnPostgres();
  database = await createTestDatabase('numbers', { adminUrl: server.adminUrl });
  const migrations = [...eventSourcingMigrations, ...intakeMigrations];
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
  pool = createPool({ url: database.appUrl });
  const owner = createPool({ url: database.ownerUrl, max: 1 });
  await owner.query(`create table told (count bigint primary key); grant insert on told to "${database.name}_app"`);
  await owner.end();
}, slowMs);
afterAll(async () => {
  await pool.end();
  await server.stop();
}, slowMs);

/**
 * As tickets are opened: a number, then something on the disk that bears it. The server is killed while four do so, as
 * soon as `enough` were acknowledged; answers those that were.
 */
async function toldUntilKilled(numbers: TicketNumbers, enough: number): Promise<number[]> {
  const told: number[] = [];
  let killed: Promise<unknown> | undefined;
  const open = async () => {
    for (;;) {
      const count = countOf(await numbers.next(tenantId)) ?? NaN;
      await pool.query('insert into told values ($1)', [count]);
      told.push(count);
      if (told.length >= enough) killed ??= server.kill();
    }
  };
  // The loss of the server ends each of them.
  await Promise.allSettled(Array.from({ length: 4 }, open));
  await killed;
  return told;
}

it(
  'no number that a ticket bears is handed out again, though numbers do not wait for the disk',
  async () => {
    let highest = 0;
    for (const enough of [40, 75, 130, 11]) {
      const numbers = new TicketNumbers(pool);
      const told = await toldUntilKilled(numbers, enough);
      expect(told.length).toBeGreaterThanOrEqual(enough);
      highest = Math.max(highest, ...told);
      await server.restart();
      expect(countOf(await numbers.next(tenantId))).toBeGreaterThan(highest);
    }
  },
  slowMs,
);
