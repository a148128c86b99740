/** Reads the services' logs and the topics as they are, past the product's own code. */
import { createHash } from 'node:crypto';
import { contractOf, type Source, topics } from '@guichet/contracts';
import { canonicalJson } from '@guichet/http-host';
import { Kafka, logLevel } from 'kafkajs';
import pg from 'pg';
import type { LogRow } from '../history.js';
import type { Carried, TopicRecord } from './check-feed.js';

export interface Log {
  readonly rows: readonly LogRow[];
  readonly head: number;
}

interface StoredEvent {
  position: string;
  event_id: string;
  tenant_id: string;
  stream_id: string;
  version: number;
  type: string;
  data: unknown;
  occurred_at: Date;
  recorded_at: Date;
}

export async function readLog(databaseUrl: string): Promise<Log> {
  return withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<StoredEvent>(
      'select position, event_id, tenant_id, stream_id, version, type from event_log order by position',
    );
    const { rows: heads } = await client.query<{ position: string }>('select position from log_head where id = 0');
    return { rows: rows.map(rowOf), head: Number(heads[0]?.position) };
  });
}

/** Events of a log that the world is told. */
export const publicOf = (rows: readonly LogRow[]): LogRow[] => rows.filter(({ type }) => contractOf(type));

/** What a consumer has of a source; and whether its own arrival positions are dense. */
export async function readReceivedLog(
  databaseUrl: string,
  source: Source,
): Promise<{ rows: Carried[]; isDense: boolean }> {
  return withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<StoredEvent>(
      `select source_position as position, event_id, tenant_id, stream_id, version, type, data, occurred_at, recorded_at
         from received_log where source = $1 order by source_position`,
      [source],
    );
    const { rows: sums } = await client.query<{ dense: boolean }>(
      `select count(*) = coalesce(max(position), 0) and count(*) = (select position from received_log_head) as dense
         from received_log`,
    );
    const carried = rows.map((row) => ({
      ...rowOf(row),
      hash: hashOf(row.data, row.occurred_at, row.recorded_at),
    }));
    return { rows: carried, isDense: sums[0]?.dense ?? false };
  });
}

const readWithinMs = 120_000;

/** A topic from its beginning to where it ends now. */
export async function readTopic(brokers: readonly string[], prefix: string, source: Source): Promise<TopicRecord[]> {
  const kafka = new Kafka({ brokers: [...brokers], clientId: 'chaos-checker', logLevel: logLevel.NOTHING });
  const topic = `${prefix}${topics[source]}`;
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets(topic).finally(() => admin.disconnect());
  const missing = new Map(ends.map(({ partition, offset }) => [partition, Number(offset)] as const));
  for (const [partition, end] of missing) if (end === 0) missing.delete(partition);
  if (missing.size === 0) return [];
  const records: TopicRecord[] = [];
  const consumer = kafka.consumer({ groupId: `${prefix}checker-${source}`, maxWaitTimeInMs: 200 });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let overdue: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      overdue = setTimeout(() => reject(new Error(`${topic} could not be read in time.`)), readWithinMs);
      const eachMessage = async ({ partition, message }: Parameters<NonNullable<Run['eachMessage']>>[0]) => {
        if (missing.has(partition)) records.push(recordOf(partition, message));
        if (Number(message.offset) + 1 >= (missing.get(partition) ?? Infinity)) missing.delete(partition);
        if (missing.size === 0) resolve();
      };
      consumer.run({ eachMessage }).catch(reject);
    });
  } finally {
    clearTimeout(overdue);
    await consumer.disconnect();
  }
  return records;
}
type Run = NonNullable<Parameters<ReturnType<Kafka['consumer']>['run']>[0]>;
type Message = Parameters<NonNullable<Run['eachMessage']>>[0]['message'];

function recordOf(partition: number, { key, value, headers = {} }: Message): TopicRecord {
  const header = (name: string) => String(headers[name] ?? '');
  return {
    partition,
    position: Number(header('ce_position')),
    previous: Number(header('ce_previous')),
    eventId: header('ce_id'),
    tenantId: header('ce_tenantid'),
    streamId: key?.toString() ?? '',
    version: Number(header('ce_streamversion')),
    type: header('ce_type'),
    hash: hashOf(
      JSON.parse(value?.toString() ?? 'null') as unknown,
      new Date(header('ce_time')),
      new Date(header('ce_recordedtime')),
    ),
  };
}

const rowOf = ({ position, event_id, tenant_id, stream_id, version, type }: StoredEvent): LogRow => ({
  position: Number(position),
  eventId: event_id,
  tenantId: tenant_id,
  streamId: stream_id,
  version,
  type,
});

const hashOf = (data: unknown, occurredAt: Date, recordedAt: Date): string =>
  createHash('sha256')
    .update(canonicalJson([data, occurredAt.toISOString(), recordedAt.toISOString()]))
    .digest('hex');

async function withDatabase<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
