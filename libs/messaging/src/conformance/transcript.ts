import { createHash } from 'node:crypto';
import type { Projection, RecordedEvent } from '@guichet/event-sourcing';

/** Of one stream: how many events were told, and a hash over all of them in their order. */
export interface Transcript {
  readonly events: number;
  readonly hash: string;
}

type Told = Pick<RecordedEvent, 'streamId' | 'version' | 'type' | 'occurredAt' | 'recordedAt' | 'data'> & {
  readonly id: string;
};

/** One event more or less, another order or another byte of data gives another hash. Pure. */
export function continued(before: Transcript | undefined, told: Told): Transcript {
  const { id, version, type, occurredAt, recordedAt, data } = told;
  const text = JSON.stringify([before?.hash ?? '', id, version, type, occurredAt, recordedAt, data]);
  return { events: (before?.events ?? 0) + 1, hash: createHash('sha256').update(text).digest('hex') };
}

/** Stream id → transcript, folded from zero. */
export function transcripts(told: readonly Told[]): Map<string, Transcript> {
  const found = new Map<string, Transcript>();
  for (const one of told) found.set(one.streamId, continued(found.get(one.streamId), one));
  return found;
}

/** The transcripts as a read model. `poison` says why an event cannot be applied. */
export function transcriptProjection(
  poison: (event: RecordedEvent) => string | undefined = () => undefined,
): Projection {
  return {
    name: 'transcript',
    version: 1,
    tables: ['transcript'],
    ddl: (schema) => [
      `create table ${schema}.transcript (
         stream_id text primary key, tenant_id uuid not null, events int not null, hash text not null)`,
    ],
    apply: async (batch, tx) => {
      for (const event of batch) {
        const why = event.type === 'Unreadable' ? 'nobody can read it' : poison(event);
        if (why !== undefined) throw new Error(`Cannot tell ${event.eventId}: ${why}`);
      }
      const streams = [...new Set(batch.map(({ streamId }) => streamId))];
      const { rows } = await tx.query<Transcript & { stream_id: string }>(
        `select stream_id, events, hash from ${tx.schema}.transcript where stream_id = any ($1)`,
        [streams],
      );
      const now = new Map<string, Transcript>(rows.map(({ stream_id, events, hash }) => [stream_id, { events, hash }]));
      for (const event of batch) {
        now.set(event.streamId, continued(now.get(event.streamId), { ...event, id: event.eventId }));
      }
      const tenants = new Map(batch.map(({ streamId, tenantId }) => [streamId, tenantId]));
      await tx.query(
        `insert into ${tx.schema}.transcript as t (stream_id, tenant_id, events, hash)
         select * from unnest($1::text[], $2::uuid[], $3::int[], $4::text[])
         on conflict (stream_id) do update set events = excluded.events, hash = excluded.hash`,
        [
          streams,
          streams.map((id) => tenants.get(id)),
          streams.map((id) => now.get(id)?.events),
          streams.map((id) => now.get(id)?.hash),
        ],
      );
    },
  };
}
