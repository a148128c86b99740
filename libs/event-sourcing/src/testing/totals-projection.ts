import type { RecordedEvent } from '../recorded-event.js';
import type { Projection, ProjectionTransaction } from '../projection/projection.js';

export interface TotalsOptions {
  readonly version?: number;
  /** Amounts count this much. */
  readonly factor?: number;
  /** Refuses events with this amount. */
  readonly poison?: (event: RecordedEvent<{ amount: number }>) => boolean;
  readonly afterCommit?: Projection['afterCommit'];
}

/** A projection for specs: per stream the number of events, their sum and the last version. */
export function totalsProjection({ version = 1, factor = 1, poison, afterCommit }: TotalsOptions = {}): Projection {
  return {
    name: 'totals',
    version,
    tables: ['total'],
    ddl: (schema) => [
      `create table ${schema}.total (
         stream_id text, tenant_id uuid, events int not null, sum bigint not null, version int not null,
         primary key (stream_id, tenant_id))`,
    ],

    apply: async (events, tx) => {
      const bad = events.find((event) => poison?.(event as RecordedEvent<{ amount: number }>));
      if (bad) throw new Error(`Cannot add ${JSON.stringify(bad.data)}`);
      add(events as RecordedEvent<{ amount: number }>[], tx, factor);
      tx.outcome = events.length;
    },
    afterCommit,
  };
}

function add(events: readonly RecordedEvent<{ amount: number }>[], tx: ProjectionTransaction, factor: number): void {
  const streams = [...Map.groupBy(events, ({ tenantId, streamId }) => `${tenantId}/${streamId}`).values()];
  tx.send(
    `insert into ${tx.schema}.total as t (stream_id, tenant_id, events, sum, version)
     select * from unnest($1::text[], $2::uuid[], $3::int[], $4::bigint[], $5::int[])
     on conflict (stream_id, tenant_id) do update
        set events = t.events + excluded.events, sum = t.sum + excluded.sum, version = excluded.version`,
    [
      streams.map((list) => list[0]?.streamId),
      streams.map((list) => list[0]?.tenantId),
      streams.map((list) => list.length),
      streams.map((list) => list.reduce((sum, { data }) => sum + data.amount * factor, 0)),
      streams.map((list) => list.at(-1)?.version),
    ],
  );
}
