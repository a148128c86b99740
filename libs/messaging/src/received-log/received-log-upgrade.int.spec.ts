import { createTestDatabase } from '@guichet/testing';
import { createPool, eventSourcingMigrations, migrate } from '@guichet/event-sourcing';
import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { receivedLogMigrations } from './migrations.js';
import { recordColumns } from './record-columns.js';
import { ReceivedLog } from './received-log.js';

const before = receivedLogMigrations.slice(0, 4);
const place = { feed: 'guichet.intake.tickets.v1', source: 'intake', partition: 0 } as const;
const tenantId = randomUUID();

const record = (position: number) => ({
  position,
  previous: position - 1,
  cursor: position,
  event: {
    id: randomUUID(),
    source: 'intake' as const,
    type: 'RequesterReplied',
    schemaVersion: 1,
    tenantId,
    streamId: 'ticket-1',
    version: position,
    position,
    occurredAt: '2026-01-05T08:00:00.000Z',
    recordedAt: '2026-01-05T08:00:00.000Z',
    actor: { kind: 'requester' as const },
    correlationId: 'c',
    data: { at: '2026-01-05T08:00:00.000Z' },
  },
});

/** What a replica of the version before asks of its database, as it asks. */
class ReplicaOfBefore {
  /** Source position of the last record received. */
  position = 0;

  constructor(private readonly pool: pg.Pool) {}

  async receiveNext(): Promise<void> {
    const { rows } = await this.pool.query<{ stored: number | null }>({
      name: 'receive_batch',
      text: `select receive_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19) as stored`,
      values: [
        ...[place.feed, place.partition, place.source, this.position, this.position],
        ...[this.position + 1, this.position + 1, this.position + 1],
        ...recordColumns('intake', [record(this.position + 1)]),
      ],
    });
    expect(rows).toEqual([{ stored: 1 }]);
    this.position += 1;
  }

  async rowsSeenBy(tenant: string): Promise<number | undefined> {
    const client = await this.pool.connect();
    await client.query(`begin; set local guichet.tenant_id = '${tenant}'`);
    const { rows } = await client.query<{ n: number }>('select count(*)::int as n from ticket_log');
    await client.query('rollback');
    client.release();
    return rows[0]?.n;
  }

  async look(): Promise<{ page: number[]; head: number; newest: number; known: number; extent: number }> {
    const numbers = async (name: string, text: string, values: unknown[] = []) => {
      const { rows } = await this.pool.query<string[]>({ name, text, values, rowMode: 'array' });
      return rows.map(([value]) => Number(value));
    };
    return {
      page: await numbers(
        'ticket_log page 33554432',
        `select position from (select *, sum(pg_column_size(data)) over (order by position rows unbounded preceding) as bytes
           from (select * from ticket_log where position > $1 order by position limit $2) page) page
          where bytes <= 33554432 or position = $1 + 1`,
        [0, 1000],
      ),
      head: (await numbers('ticket_log head', 'select coalesce(max(position), 0) as head from ticket_log'))[0]!,
      newest: (
        await numbers(
          'ticket_log newest',
          `select source_position, event_id from ticket_log
            where source = $1 and source_position <= $2 and type <> 'Unreadable' order by source_position desc limit 1`,
          ['intake', 1000],
        )
      )[0]!,
      known: (
        await numbers(
          'ticket_log event ids',
          `select source_position, event_id from ticket_log
            where source = $1 and source_position = any ($2::bigint[]) and type <> 'Unreadable'`,
          ['intake', [1, 2, 3]],
        )
      ).length,
      extent: (
        await numbers('ticket_log extent', 'select (select coalesce(max(position), 0) from ticket_log) as head')
      )[0]!,
    };
  }
}

it('A replica of the version before receives and reads on while the table gets its new name, and beside one of this version', async () => {
  const database = await createTestDatabase('renamed');
  const appRole = `${database.name}_app`;
  await migrate({ url: database.ownerUrl, appRole, migrations: [...eventSourcingMigrations.slice(0, 2), ...before] });
  const pool = createPool({ url: database.appUrl, max: 2 });
  try {
    await pool.query('insert into feed_checkpoint (feed, partition, source) values ($1, $2, $3)', [
      ...[place.feed, place.partition, place.source],
    ]);
    const old = new ReplicaOfBefore(pool);
    for (let i = 0; i < 5; i++) await old.receiveNext();
    const expected = (n: number) => ({
      ...{ page: Array.from({ length: n }, (_, i) => i + 1), head: n, newest: n, known: 3, extent: n },
    });
    expect(await old.look()).toEqual(expected(5));

    let isOver = false;
    const upgrade = migrate({
      ...{ url: database.ownerUrl, appRole, migrations: [...eventSourcingMigrations, ...receivedLogMigrations] },
    }).finally(() => (isOver = true));
    let rounds = 0;
    for (; !isOver || rounds < 5; rounds++) {
      await old.receiveNext();
      expect(await old.look()).toEqual(expected(old.position));
    }
    await upgrade;

    const log = new ReceivedLog({ pool });
    expect((await log.checkpoint(place)).position).toBe(old.position);
    const next = old.position + 1;
    const received = await log.receive({ ...place, records: [record(next)], cursor: next, upTo: next });
    expect(received).toEqual({ stored: 1, dropped: 0, position: next });
    old.position = next;
    await old.receiveNext();
    expect(await old.look()).toEqual(expected(next + 1));
    expect((await log.reader.read(0, 1000)).length).toBe(next + 1);
    // The old name shows no more of other tenants than the table does.
    expect([await old.rowsSeenBy(tenantId), await old.rowsSeenBy(randomUUID())]).toEqual([next + 1, 0]);
  } finally {
    await pool.end();
    await database.drop();
  }
});
