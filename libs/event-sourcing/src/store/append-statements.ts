import type { ClientBase } from 'pg';
import { int2Array, int4Array, jsonbArray, textArray, timestampArray, uuidArray } from './binary-arrays.js';
import { epochMs, rawText } from './event-rows.js';
import { type PendingAppend, type Stored } from './pending-append.js';

/** The answer to one append: where it is, or the version its stream is at instead. */
export type Answer = Stored | { readonly actual: number };

/** Appends a batch with at most one append per stream, in one statement; one answer per append. */
export async function appendBatch(client: ClientBase, batch: readonly PendingAppend[]): Promise<Answer[]> {
  const perEvent = <T>(values: (append: PendingAppend) => readonly T[]) => batch.flatMap(values);
  const { rows } = await client.query<string[]>({
    name: 'append batch',
    text: `select base, ${epochMs('recorded_at')}, array_to_json(rejected), array_to_json(actual)
             from append_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    values: [
      textArray(batch.map(({ streamId }) => streamId)),
      uuidArray(batch.map(({ tenantId }) => tenantId)),
      int4Array(batch.map(({ expectedVersion }) => expectedVersion)),
      textArray(perEvent(({ types, streamId }) => types.map(() => streamId))),
      uuidArray(perEvent(({ types, tenantId }) => types.map(() => tenantId))),
      int4Array(perEvent(({ types, expectedVersion }) => types.map((_, i) => expectedVersion + 1 + i))),
      uuidArray(perEvent(({ eventIds }) => eventIds)),
      textArray(perEvent(({ types }) => types)),
      int2Array(perEvent(({ schemaVersions }) => schemaVersions)),
      jsonbArray(perEvent(({ data }) => data)),
      jsonbArray(perEvent(({ metadata }) => metadata)),
      timestampArray(perEvent(({ occurredMs }) => occurredMs)),
    ],
    rowMode: 'array',
    types: rawText,
  });
  const [base, recorded, rejected, actual] = rows[0] ?? [];
  const conflicts = new Map<number, number>();
  const versions = JSON.parse(actual ?? '[]') as number[];
  (JSON.parse(rejected ?? '[]') as number[]).forEach((index, i) => conflicts.set(index - 1, versions[i] ?? 0));

  const recordedMs = Number(recorded);
  let position = Number(base);
  return batch.map((append, i) => {
    const conflict = conflicts.get(i);
    if (conflict !== undefined) return { actual: conflict };
    position += append.types.length;
    return { position, recordedMs };
  });
}

/** Appends a single event, by a function that has less to do. */
export async function appendOne(client: ClientBase, append: PendingAppend): Promise<Answer> {
  const { rows } = await client.query<(string | null)[]>({
    name: 'append event',
    text: `select base, ${epochMs('recorded_at')}, actual from append_event($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
    values: [
      append.streamId,
      append.tenantId,
      append.expectedVersion,
      append.eventIds[0],
      append.types[0],
      append.schemaVersions[0],
      append.data[0],
      append.metadata[0],
      new Date(append.occurredMs[0] ?? 0).toISOString(),
    ],
    rowMode: 'array',
    types: rawText,
  });
  const [position, recordedMs, actual] = rows[0] ?? [];
  if (position === null || position === undefined) return { actual: Number(actual) };
  return { position: Number(position), recordedMs: Number(recordedMs) };
}
