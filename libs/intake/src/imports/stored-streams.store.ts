import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';

/** What stands in a stream. */
export interface StoredStream {
  readonly version: number;
  /** Of its last event. */
  readonly position: number;
  readonly eventIds: ReadonlySet<string>;
}

const nothing: StoredStream = { version: 0, position: 0, eventIds: new Set() };

interface StreamRow {
  readonly stream_id: string;
  readonly version: number;
  readonly position: string;
  readonly ids: string[];
}

/** Looks many streams up at once, where the event store would ask for each. */
@Injectable()
export class StoredStreams {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {}

  /** By stream id; a stream that is not there, or is another tenant's, has no events. */
  async find(tenantId: string, streamIds: readonly string[]): Promise<(streamId: string) => StoredStream> {
    const { rows } = await this.pool.query<StreamRow>({
      name: 'stored streams',
      text: `select stream_id, max(version) as version, max(position) as position, array_agg(event_id::text) as ids
             from event_log where stream_id = any($2) and tenant_id = $1 group by stream_id`,
      values: [tenantId, streamIds],
    });
    const found = new Map<string, StoredStream>();
    for (const { stream_id, version, position, ids } of rows) {
      found.set(stream_id, { version, position: Number(position), eventIds: new Set(ids) });
    }
    return (streamId) => found.get(streamId) ?? nothing;
  }
}
