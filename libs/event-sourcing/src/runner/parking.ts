import type { ClientBase } from 'pg';
import type { RecordedEvent } from '../recorded-event.js';
import { int8Array, textArray, uuidArray } from '../store/binary-arrays.js';
import type { Database } from './checkpoints.js';

/** What a build leaves aside in one log. */
export interface Parked {
  /** Streams (see `streamKey`) whose events wait until an operator has dealt with the first of them. */
  readonly streams: Set<string>;
  /** Positions an operator has discarded for this version, in every build of it. */
  readonly discarded: ReadonlySet<number>;
}

/** Ids of streams are unique within their tenant. */
export const streamKey = ({ tenantId, streamId }: Pick<RecordedEvent, 'tenantId' | 'streamId'>): string =>
  `${tenantId}/${streamId}`;

export interface Parking {
  readonly event: RecordedEvent;
  /** Nothing for an event that only follows a parked one. */
  readonly reason?: string;
}

/** More parked streams than this in one build is no bad event, but a broken consumer: it stops until it is repaired. */
export const maxParkedStreams = 1000;

export async function readParked(
  database: Database,
  of: { consumer: string; build: string; version: number; log: string },
): Promise<Parked> {
  const parked = await database.query<{ tenant_id: string; stream_id: string }>(
    'select distinct tenant_id, stream_id from parked_event where build = $1 and log = $2',
    [of.build, of.log],
  );
  const discarded = await database.query<{ position: string }>(
    'select position from discarded_event where consumer = $1 and version = $2 and log = $3',
    [of.consumer, of.version, of.log],
  );
  return {
    streams: new Set(parked.rows.map((row) => streamKey({ tenantId: row.tenant_id, streamId: row.stream_id }))),
    discarded: new Set(discarded.rows.map(({ position }) => Number(position))),
  };
}

/** Parks events in the transaction that moves the checkpoint past them. */
export async function park(
  client: ClientBase,
  of: { consumer: string; build: string; log: string },
  parked: readonly Parking[],
): Promise<void> {
  if (parked.length === 0) return;
  const events = parked.map(({ event }) => event);
  await client.query(
    `insert into parked_event (build, log, consumer, position, tenant_id, stream_id, event_id, type, reason)
     select $1, $2, $3, e.position, e.tenant_id, e.stream_id, e.event_id, e.type, nullif(e.reason, '')
       from unnest($4::bigint[], $5::uuid[], $6::text[], $7::uuid[], $8::text[], $9::text[])
              as e (position, tenant_id, stream_id, event_id, type, reason)`,
    [
      of.build,
      of.log,
      of.consumer,
      int8Array(events.map(({ position }) => position)),
      uuidArray(events.map(({ tenantId }) => tenantId)),
      textArray(events.map(({ streamId }) => streamId)),
      uuidArray(events.map(({ eventId }) => eventId)),
      textArray(events.map(({ type }) => type)),
      textArray(parked.map(({ reason = '' }) => reason)),
    ],
  );
}

/** The error as an operator should see it. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replaceAll('\u0000', '').slice(0, 2000) || 'unknown';
}
