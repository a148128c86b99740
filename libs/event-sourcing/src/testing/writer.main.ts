/** A writer process: fights over streams until it is killed. Its one argument is a WriterOptions as JSON. */
import { randomUUID } from 'node:crypto';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { createPool } from '../database/sessions.js';
import type { DomainEvent } from '../decider.js';
import { ConcurrencyConflict, UnstorablePayload } from '../errors.js';
import { EventStore } from '../event-store.js';
import type { JournalLine, WriterOptions } from './writer-process.js';

const { url, journal, streams, tenantId } = JSON.parse(process.argv[2] ?? '') as WriterOptions;
const file = openSync(journal, 'a');
// Written before the next thing happens: it outlives a kill -9 of this process.
const note = (line: JournalLine) => writeSync(file, `${JSON.stringify(line)}\n`);

const store = new EventStore({ pool: createPool({ url, max: 3 }), reconnectMs: 2000 });
const versions = new Map<string, number>();
const at = '2026-03-02T09:00:00.000Z';
const event = (more: object = {}): DomainEvent => {
  const data = { at, amount: 1, ...more };
  return { type: 'Added', data };
};
const oneOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)] as T;

/** What cannot be stored, in every way; it stands in the same batch as what can. */
const unstorable = [
  () => event({ text: 'a\u0000b' }),
  () => event({ text: 'half \ud83d a pair' }),
  () => event({ at: 'yesterday' }),
  () => event({ text: 'x'.repeat(9 * 1024 * 1024) }),
];

async function attempt(): Promise<void> {
  const streamId = oneOf(streams);
  const dice = Math.random();
  const believed = versions.get(streamId) ?? 0;
  const expectedVersion = dice < 0.05 ? believed + 1 + Math.floor(Math.random() * 1000) : believed;
  const events = Array.from({ length: 1 + Math.floor(Math.random() * 3) }, () => event());
  if (dice > 0.97) events.push(oneOf(unstorable)());
  const eventIds = events.map(() => randomUUID());
  note({ asked: { eventIds, streamId, expectedVersion } });
  for (;;) {
    try {
      const context = { tenantId, actor: { kind: 'system' as const }, correlationId: randomUUID() };
      const answer = await store.append({ streamId, expectedVersion, events, eventIds, context });
      versions.set(streamId, answer.version);
      return void note({ of: eventIds[0] ?? '', answer });
    } catch (error) {
      if (error instanceof ConcurrencyConflict) versions.set(streamId, error.actual);
      if (error instanceof ConcurrencyConflict || error instanceof UnstorablePayload) {
        return void note({ of: eventIds[0] ?? '', answer: 'refused' });
      }
      // Unknown: the same request again, until it is known.
      note({ of: eventIds[0] ?? '', trouble: String(error) });
      await pause(100);
    }
  }
}

for (;;) await Promise.all(Array.from({ length: 10 }, attempt));
