import { randomUUID } from 'node:crypto';
import type { TestDatabase } from '@guichet/testing';
import pg from 'pg';
import type { DomainEvent } from '../decider.js';
import { tenant } from './test-log.js';

/** For specs: a table as a consumer of feeds has it. */
export async function createReceivedLog(database: TestDatabase): Promise<void> {
  await asOwner(database, (owner) =>
    owner.query(
      `create table received_log (
         position bigint primary key, event_id uuid not null, tenant_id uuid not null, stream_id text not null, version int not null,
         type text not null, schema_version smallint not null, data jsonb not null, metadata jsonb not null,
         occurred_at timestamptz not null, recorded_at timestamptz not null,
         source text not null, source_position bigint not null, received_at timestamptz not null default clock_timestamp(),
         unique (source, source_position));
       grant select on received_log to ${pg.escapeIdentifier(`${database.name}_app`)}`,
    ),
  );
}

/** Appends events of another service to the table; their source positions are ten times their arrival positions. */
export async function receive(
  database: TestDatabase,
  streamId: string,
  events: readonly DomainEvent<string, { amount: number; at: string }>[],
): Promise<void> {
  await asOwner(database, async (owner) => {
    for (const { type, data } of events) {
      await owner.query(
        `insert into received_log
         select p.position, $1, $2, $3, (select count(*) + 1 from received_log where stream_id = $3), $4, 1, $5,
                '{"actor": {"kind": "system"}, "correlationId": "c"}', $6, now(), 'intake', p.position * 10
           from (select coalesce(max(position), 0) + 1 as position from received_log) p`,
        [randomUUID(), tenant, streamId, type, JSON.stringify(data), data.at],
      );
    }
  });
}

async function asOwner(database: TestDatabase, work: (owner: pg.Client) => Promise<unknown>): Promise<void> {
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    await work(owner);
  } finally {
    await owner.end();
  }
}
