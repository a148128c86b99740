import type { ClientBase } from 'pg';
import type { RecordedEvent } from '../recorded-event.js';
import { int8Array, textArray, uuidArray } from '../store/binary-arrays.js';
import type { Database } from './checkpoints.js';

/** What a build leaves aside in one log. */
export interface Parked {
  /** Streams whose events wait until an operator has dealt with the first of them. */
  readonly streams: ParkedStreams;
  /** Positions an operator has discarded for this version, in every build of it. */
  readonly discarded: ReadonlySet<number>;
}

/** Ids of streams are unique within their tenant. */
export const streamKey = ({ tenantId, streamId }: Pick<RecordedEvent, 'tenantId' | 'streamId'>): string =>
  `${tenantId}/${streamId}`;

export interface Parking {
  readonly event: RecordedEvent;
  /** Nothing for an event that only follows a parked one, or waits with its tenant. */
  readonly reason?: string;
}

/**
 * A tenant with so many parked streams in one log of a build waits as a whole: none of its events is tried any more,
 * and the other tenants’ flow. Where there is no other tenant this is no bad event, but a broken consumer: it stops
 * until it is repaired.
 */
export const maxParkedStreamsOfTenant = 1000;
/**
 * So many of all tenants together are a broken consumer as well. A tenant that waits as a whole counts as its bound.
 */
export const maxParkedStreams = 10_000;

type OfStream = Pick<RecordedEvent, 'tenantId' | 'streamId'>;

/** The streams left aside, by tenant. */
export class ParkedStreams {
  private readonly byTenant = new Map<string, Set<string>>();

  /** @param known those of before, to which the ones added here come; they are left as they are. */
  constructor(private readonly known?: ParkedStreams) {}

  /** Whether the event waits: with its stream, or with its whole tenant. */
  has({ tenantId, streamId }: OfStream): boolean {
    return this.countOf(tenantId) >= maxParkedStreamsOfTenant || this.isParked(tenantId, streamId);
  }

  add({ tenantId, streamId }: OfStream): void {
    if (this.isParked(tenantId, streamId)) return;
    const ofTenant = this.byTenant.get(tenantId);
    if (ofTenant) ofTenant.add(streamId);
    else this.byTenant.set(tenantId, new Set([streamId]));
  }

  countOf(tenantId: string): number {
    return (this.byTenant.get(tenantId)?.size ?? 0) + (this.known?.countOf(tenantId) ?? 0);
  }

  /** Of all tenants, each with its bound at most. */
  get count(): number {
    const tenants = new Set([...this.byTenant.keys(), ...(this.known?.byTenant.keys() ?? [])]);
    return [...tenants].reduce((sum, tenantId) => sum + Math.min(this.countOf(tenantId), maxParkedStreamsOfTenant), 0);
  }

  get isEmpty(): boolean {
    return this.byTenant.size === 0 && (this.known?.isEmpty ?? true);
  }

  private isParked(tenantId: string, streamId: string): boolean {
    return (this.byTenant.get(tenantId)?.has(streamId) ?? false) || (this.known?.isParked(tenantId, streamId) ?? false);
  }
}

/** @throws Error if it is the consumer that is broken, and not an event of this tenant, whose stream was added last. */
export async function refuseBroken(
  database: Database,
  of: { readonly consumer: string; readonly log: string; readonly tenantId: string },
  streams: ParkedStreams,
  cause?: unknown,
): Promise<void> {
  const broken = (count: number) => new Error(`${count} streams fail in ${of.consumer}: it is broken.`, { cause });
  if (streams.count > maxParkedStreams) throw broken(streams.count);
  const ofTenant = streams.countOf(of.tenantId);
  if (ofTenant >= maxParkedStreamsOfTenant && !(await hasOtherTenants(database, of.log, of.tenantId)))
    throw broken(ofTenant);
}

/** As the oldest and the newest 10,000 events tell: more are not read. */
async function hasOtherTenants(database: Database, log: string, tenantId: string): Promise<boolean> {
  const table = log === 'own' ? 'event_log' : 'received_log';
  const among = (order: string) =>
    `exists (select from (select tenant_id from ${table} order by position ${order} limit 10000) e where tenant_id <> $1)`;
  const { rows } = await database.query<{ others: boolean }>(`select ${among('asc')} or ${among('desc')} as others`, [
    tenantId,
  ]);
  return rows[0]?.others ?? false;
}

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
  const streams = new ParkedStreams();
  for (const { tenant_id: tenantId, stream_id: streamId } of parked.rows) streams.add({ tenantId, streamId });
  return {
    streams,
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
