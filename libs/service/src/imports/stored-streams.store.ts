import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { ImportedStream } from './import-plan.js';

/** What stands in the log of a stream and of the events that are to be in it. */
export interface StoredStream {
  /** Of the stream's last event; 0 if it has none, or is another tenant's. */
  readonly version: number;
  readonly position: number;
  /** Whether an import has begun the stream; so it has one that is not there yet. */
  readonly isImported: boolean;
  /** Those of the events that are in the stream already. */
  readonly present: ReadonlySet<string>;
  /** An event whose id stands somewhere else. */
  readonly elsewhere: string | undefined;
}

interface Ends {
  readonly version: number;
  readonly position: string;
  readonly is_imported: boolean;
}

/** Looks many streams up at once, where the event store would ask for each. */
@Injectable()
export class StoredStreams {
  constructor(private readonly pool: pg.Pool) {}

  async find(
    tenantId: string,
    streams: readonly ImportedStream[],
    streamIdOf: (ticketId: string) => string,
  ): Promise<(stream: ImportedStream) => StoredStream> {
    const [places, ends] = await Promise.all([
      this.placesOf(
        tenantId,
        streams.flatMap(({ events }) => events.map(({ id }) => id)),
      ),
      this.endsOf(
        tenantId,
        streams.map(({ ticketId }) => streamIdOf(ticketId)),
      ),
    ]);
    return ({ ticketId, events }) => {
      const streamId = streamIdOf(ticketId);
      const { version, position, is_imported: isImported } = ends.get(streamId) ?? nothing;
      const ids = events.map(({ id }) => id).filter((id) => places.has(id));
      return {
        ...{ version, position: Number(position), isImported },
        present: new Set(ids.filter((id) => places.get(id) === streamId)),
        elsewhere: ids.find((id) => places.get(id) !== streamId),
      };
    };
  }

  /** The stream each of the tenant's events stands in, of those that are there. */
  private async placesOf(tenantId: string, eventIds: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const { rows } = await this.pool.query<{ event_id: string; stream_id: string }>({
      name: 'places of events',
      text: 'select event_id, stream_id from event_log where event_id = any($1::uuid[]) and tenant_id = $2',
      values: [eventIds, tenantId],
    });
    return new Map(rows.map(({ event_id, stream_id }) => [event_id, stream_id]));
  }

  private async endsOf(tenantId: string, streamIds: readonly string[]): Promise<ReadonlyMap<string, Ends>> {
    const { rows } = await this.pool.query<Ends & { stream_id: string }>({
      name: 'ends of streams',
      text: `select stream.id as stream_id, last.version, last.position, first.is_imported
               from unnest($2::text[]) as stream (id)
               cross join lateral (select version, position from event_log
                 where stream_id = stream.id and tenant_id = $1 order by version desc limit 1) last
               cross join lateral (select coalesce((metadata->>'imported')::boolean, false) as is_imported from event_log
                 where stream_id = stream.id and tenant_id = $1 order by version limit 1) first`,
      values: [tenantId, streamIds],
    });
    return new Map(rows.map(({ stream_id, ...ends }) => [stream_id, ends]));
  }
}

const nothing: Ends = { version: 0, position: '0', is_imported: true };
