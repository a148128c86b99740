import type pg from 'pg';
import { CommandReused } from '../errors.js';
import type { EventVersions } from '../event-versions.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { Sealing } from '../sealing/sealing.js';
import { int4Array, textArray, uuidArray } from './binary-arrays.js';
import { type EventRow, eventColumns, rawText, toRecordedEvent } from './event-rows.js';
import { Gathered } from './gathered.js';
import { commandEventId } from './pending-append.js';

/** Events one command can have led to, at most. */
const maxEventsOfCommand = 1000;
const maxStreamsInQuery = 200;

interface StreamRead {
  readonly tenantId: string;
  readonly streamId: string;
  readonly afterVersion: number;
}

/**
 * Reads event_log by stream and by event id, always within one tenant. Streams asked for while queries are under way
 * are read together by the next: many writers cost few round trips.
 */
export class StreamReader {
  private readonly reads = new Gathered<StreamRead, RecordedEvent[]>({
    maxTogether: maxStreamsInQuery,
    ask: (reads) => this.streams(reads),
  });

  constructor(
    private readonly pool: pg.Pool,
    private readonly versions: EventVersions,
    private readonly sealing?: Sealing,
  ) {}

  read(tenantId: string, streamId: string, afterVersion: number): Promise<RecordedEvent[]> {
    return this.reads.ask({ tenantId, streamId, afterVersion });
  }

  async exists(tenantId: string, streamId: string): Promise<boolean> {
    const { rows } = await this.pool.query({
      name: 'stream exists',
      text: 'select from event_log where stream_id = $1 and tenant_id = $2 limit 1',
      values: [streamId, tenantId],
    });
    return rows.length > 0;
  }

  /** In the order of their positions; those that are there. */
  async withIds(tenantId: string, eventIds: readonly string[]): Promise<RecordedEvent[]> {
    const where = `event_id = any($1::uuid[]) and tenant_id = $2 order by position`;
    return this.select('by id', where, [uuidArray(eventIds), tenantId]);
  }

  /**
   * The events a command led to when it was carried out; none if it never was, or led to none. CommandReused if that
   * was with another request. Another tenant's command of the same id is another one.
   */
  async earlier(command: { commandId: string; requestHash?: string; tenantId: string }): Promise<RecordedEvent[]> {
    const { commandId, requestHash, tenantId } = command;
    const first = (column: string) => `(select ${column} from event_log where event_id = $1 and tenant_id = $2)`;
    const where = `tenant_id = $2 and stream_id = ${first('stream_id')} and version >= ${first('version')}
         and version < ${first('version')} + ${maxEventsOfCommand}
       order by version`;
    const following = await this.select('of command', where, [commandId, tenantId]);
    const [begin] = following;
    if (!begin) return [];
    if (begin.metadata.requestHash !== requestHash) throw new CommandReused(commandId);
    const end = following.findIndex(({ eventId }, i) => eventId !== commandEventId(commandId, i));
    return end === -1 ? following : following.slice(0, end);
  }

  private async streams(reads: readonly StreamRead[]): Promise<RecordedEvent[][]> {
    const [only] = reads;
    if (only && reads.length === 1) {
      const where = `stream_id = $1 and version > $2 and tenant_id = $3 order by version`;
      return [await this.select('of stream', where, [only.streamId, only.afterVersion, only.tenantId])];
    }
    const { rows } = await this.pool.query<EventRow & string[]>({
      name: 'events of streams',
      // Lateral: one look at the index per stream, whatever the planner believes about the arrays.
      text: `select e.*, r.i from unnest($1::text[], $2::uuid[], $3::int[]) with ordinality as r (stream, tenant, after, i)
               cross join lateral (
                 select ${eventColumns} from event_log
                  where stream_id = r.stream and version > r.after and tenant_id = r.tenant order by version) e
              order by r.i, e.version`,
      values: [
        textArray(reads.map(({ streamId }) => streamId)),
        uuidArray(reads.map(({ tenantId }) => tenantId)),
        int4Array(reads.map(({ afterVersion }) => afterVersion)),
      ],
      rowMode: 'array',
      types: rawText,
    });
    const found = reads.map((): RecordedEvent[] => []);
    const events = await this.toEvents(rows);
    events.forEach((event, i) => found[Number(rows[i]?.[11]) - 1]?.push(event));
    return found;
  }

  private async select(name: string, where: string, values: unknown[]): Promise<RecordedEvent[]> {
    const { rows } = await this.pool.query<EventRow & string[]>({
      name: `events ${name}`,
      text: `select ${eventColumns} from event_log where ${where}`,
      values,
      rowMode: 'array',
      types: rawText,
    });
    return this.toEvents(rows);
  }

  private async toEvents(rows: readonly EventRow[]): Promise<RecordedEvent[]> {
    const stored = rows.map(toRecordedEvent);
    return ((await this.sealing?.open(stored)) ?? stored).map(this.versions.upcast);
  }
}
