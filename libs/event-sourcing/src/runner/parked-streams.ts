import type { ClientBase, Pool } from 'pg';
import { inTransaction } from '../database/sessions.js';
import type { LogReader } from '../log-reader.js';
import type { RecordedEvent } from '../recorded-event.js';
import { isNotTheEventsFault } from '../database/postgres-errors.js';
import { readBuild } from './checkpoints.js';
import { maxParkedStreamsOfTenant, reasonOf } from './parking.js';

/** A stream a consumer has left aside since one of its events failed. */
export interface ParkedStream {
  readonly consumer: string;
  readonly log: string;
  readonly tenantId: string;
  readonly streamId: string;
  /** How many of its events wait. */
  readonly events: number;
  readonly firstPosition: number;
  readonly firstType: string;
  /** Why the first one failed. */
  readonly reason: string;
  readonly parkedAt: string;
}

/** An event of a parked stream: where it is, never what it says. */
export interface ParkedEvent {
  readonly consumer: string;
  readonly log: string;
  readonly tenantId: string;
  readonly position: number;
  readonly eventId: string;
  readonly type: string;
  /** Why it failed; null for one that waits behind another of its stream. */
  readonly reason: string | null;
  readonly parkedAt: string;
}

/** A consumer that can be given parked events once more. */
export interface Replayable {
  readonly consumer: string;
  readonly version: number;
  readonly logs: readonly LogReader[];
  /** Statements that begin the transaction in which `redo` works. */
  readonly begin: string;
  redo(event: RecordedEvent, client: ClientBase, log: string): Promise<void>;
  /** After the transaction. */
  done?(events: readonly RecordedEvent[]): void;
}

export interface ReplayResult {
  readonly consumer: string;
  readonly log: string;
  readonly tenantId: string;
  readonly streamId: string;
  readonly applied: number;
  readonly discarded: number;
  /** Still parked, and why. */
  readonly remaining: number;
  readonly reason?: string;
}

const waitsWithTenant = `Not tried: its tenant has ${maxParkedStreamsOfTenant} parked streams, and waits as a whole.`;

/** Of the live builds. */
export async function listParked(pool: Pool): Promise<ParkedStream[]> {
  const { rows } = await pool.query<Omit<ParkedStream, 'events' | 'firstPosition' | 'parkedAt'> & ParkedRow>(
    `select distinct on (p.build, p.log, p.stream_id, p.tenant_id)
            p.consumer, p.log, p.tenant_id as "tenantId", p.stream_id as "streamId", p.position as "firstPosition",
            p.type as "firstType", coalesce(p.reason, $1) as reason, p.parked_at as "parkedAt",
            count(*) over (partition by p.build, p.log, p.stream_id, p.tenant_id) as events
       from parked_event p join consumer c on c.build = p.build and c.slot = 'live'
      order by p.build, p.log, p.stream_id, p.tenant_id, p.position`,
    [waitsWithTenant],
  );
  return rows.map(({ events, firstPosition, parkedAt, ...row }) => ({
    ...row,
    events: Number(events),
    firstPosition: Number(firstPosition),
    parkedAt: parkedAt.toISOString(),
  }));
}

/** In the order in which a replay would apply them. At most 1,000. */
export async function listParkedEvents(
  pool: Pool,
  { tenantId, streamId }: Pick<ParkedStream, 'tenantId' | 'streamId'>,
): Promise<ParkedEvent[]> {
  const { rows } = await pool.query<Omit<ParkedEvent, 'position' | 'parkedAt'> & { position: string; parkedAt: Date }>(
    `select p.consumer, p.log, p.tenant_id as "tenantId", p.position, p.event_id as "eventId", p.type, p.reason, p.parked_at as "parkedAt"
       from parked_event p join consumer c on c.build = p.build and c.slot = 'live'
      where p.stream_id = $1 and p.tenant_id = $2 order by p.consumer, p.log, p.position limit 1000`,
    [streamId, tenantId],
  );
  return rows.map(({ position, parkedAt, ...row }) => ({
    ...row,
    position: Number(position),
    parkedAt: parkedAt.toISOString(),
  }));
}

interface ParkedRow {
  events: string;
  firstPosition: string;
  parkedAt: Date;
}

/**
 * Gives a parked stream's events to the consumer again, in order, until one fails; with `discard`, without the first,
 * which is given up for this version of the consumer, live and rebuilt. In one transaction with what is parked, and
 * while the consumer's runner waits: what follows flows again as soon as nothing of the stream is left.
 */
export async function replayStream(
  pool: Pool,
  consumer: Replayable,
  parked: Pick<ParkedStream, 'log' | 'tenantId' | 'streamId'>,
  discard: boolean,
): Promise<ReplayResult> {
  const { log: logName, tenantId, streamId } = parked;
  const log = consumer.logs.find(({ name }) => name === logName);
  const build = await readBuild(pool, consumer.consumer, 'live');
  if (!log || build?.version !== consumer.version)
    throw new Error(`This code does not run the live ${consumer.consumer}.`);
  const done: RecordedEvent[] = [];

  const result = await inTransaction(pool, consumer.begin, async (client): Promise<ReplayResult> => {
    const { rowCount } = await client.query(
      `update checkpoint set revision = revision + 1 where build = $1 and log = $2 and slot = 'live'`,
      [build.build, logName],
    );
    if (rowCount !== 1) throw new Error(`The live ${consumer.consumer} has just been replaced: try again.`);
    const discarded = discard ? await discardFirst(client, consumer, build.build, parked) : 0;
    const waiting = await client.query<{ position: string }>(
      `select position from parked_event
        where build = $1 and log = $2 and stream_id = $3 and tenant_id = $4 order by position`,
      [build.build, logName, streamId, tenantId],
    );
    const events = await log.at(waiting.rows.map(({ position }) => Number(position)));
    let reason: string | undefined;
    for (const event of events) {
      reason = await tryAgain(client, consumer, event, logName);
      const where = [build.build, logName, event.position];
      if (reason === undefined) {
        await client.query('delete from parked_event where build = $1 and log = $2 and position = $3', where);
        done.push(event);
      } else {
        const text = 'update parked_event set reason = $4 where build = $1 and log = $2 and position = $3';
        await client.query(text, [...where, reason]);
        break;
      }
    }
    const remaining = events.length - done.length;
    return {
      consumer: consumer.consumer,
      log: logName,
      tenantId,
      streamId,
      applied: done.length,
      discarded,
      remaining,
      reason,
    };
  });
  if (done.length > 0) consumer.done?.(done);
  return result;
}

async function tryAgain(
  client: ClientBase,
  consumer: Replayable,
  event: RecordedEvent,
  log: string,
): Promise<string | undefined> {
  await client.query('savepoint event');
  try {
    await consumer.redo(event, client, log);
    await client.query('release savepoint event');
    return undefined;
  } catch (error) {
    if (isNotTheEventsFault(error)) throw error;
    await client.query('rollback to savepoint event; release savepoint event');
    return reasonOf(error);
  }
}

async function discardFirst(
  client: ClientBase,
  { consumer, version }: Replayable,
  build: string,
  { log, tenantId, streamId }: Pick<ParkedStream, 'log' | 'tenantId' | 'streamId'>,
): Promise<number> {
  const { rowCount } = await client.query(
    `with first as (
       delete from parked_event where build = $1 and log = $2 and position = (
         select min(position) from parked_event where build = $1 and log = $2 and stream_id = $3 and tenant_id = $6)
       returning position, event_id, reason)
     insert into discarded_event (consumer, version, log, position, event_id, reason)
     select $4, $5, $2, position, event_id, coalesce(reason, '') from first on conflict do nothing`,
    [build, log, streamId, consumer, version, tenantId],
  );
  return rowCount ?? 0;
}
