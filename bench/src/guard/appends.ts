/** What the log costs: statements a batch, and bytes of write-ahead log an event. */
import { randomUUID } from 'node:crypto';
import { createPool, EventStore, eventSourcingMigrations, migrate } from '@guichet/event-sourcing';
import type { TestDatabase } from '@guichet/testing';
import pg from 'pg';
import type { Counted } from './bounds.js';
import type { Statements } from './statements.js';

const tenantId = randomUUID();
const context = { tenantId, actor: { kind: 'agent', id: 'amir' } as const, correlationId: randomUUID() };

const at = '2026-03-02T09:00:00.000Z';

/** About what a public reply weighs. */
const reply = (streamId: string) => ({
  ...{ streamId, expectedVersion: 0, context },
  events: [{ type: 'AgentReplied', data: { replyId: randomUUID(), agentId: 'amir', body: 'x'.repeat(200), at } }],
});

/** On a server of its own: others would write into the same log. */
export async function countAppends(database: TestDatabase, statements: Statements): Promise<Counted> {
  await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations: eventSourcingMigrations });
  const pool = createPool({ url: database.appUrl });
  const admin = new pg.Client({ connectionString: database.adminUrl });
  await admin.connect();
  const store = new EventStore({ pool });
  const together = (count: number) =>
    Promise.all(Array.from({ length: count }, () => store.append(reply(`handling-${randomUUID()}`))));
  const written = async (work: () => Promise<unknown>) => {
    const { rows: before } = await admin.query<{ lsn: string }>('select pg_current_wal_insert_lsn() as lsn');
    await work();
    const { rows: after } = await admin.query<{ bytes: string }>(
      'select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), $1) as bytes',
      [before[0]?.lsn],
    );
    return Number(after[0]?.bytes);
  };
  const roundTrips = async (work: () => Promise<unknown>) => {
    const before = statements.total;
    await work();
    return statements.total - before;
  };
  try {
    await together(200);
    await store.append(reply(`handling-${randomUUID()}`));
    const events = 1_024;
    const alone = await written(async () => {
      for (let i = 0; i < events; i++) await store.append(reply(`handling-${randomUUID()}`));
    });
    const in64 = await written(async () => {
      for (let i = 0; i < events / 64; i++) await together(64);
    });
    return {
      'one append: round trips': await roundTrips(() => store.append(reply(`handling-${randomUUID()}`))),
      '64 appends at once: round trips': await roundTrips(() => together(64)),
      '64 writers, 16 appends each: round trips': await roundTrips(() =>
        Promise.all(
          Array.from({ length: 64 }, async () => {
            for (let i = 0; i < 16; i++) await store.append(reply(`handling-${randomUUID()}`));
          }),
        ),
      ),
      'write-ahead log: an event appended alone': Math.round(alone / events),
      'write-ahead log: an event in a batch of 64': Math.round(in64 / events),
    };
  } finally {
    await store.close();
    await pool.end();
    await admin.end();
  }
}
