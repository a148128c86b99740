import type { RecordedEvent } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { toPublic } from '../conformance/told.js';
import { continueChain } from '../received-log/chain.js';
import { partitionOf } from './partition.js';
import { relayBatch } from './relay-batch.js';

const event = (
  position: number,
  streamId = `ticket-${position % 5}`,
  body = 'x',
  type = 'RequesterReplied',
): RecordedEvent => ({
  position,
  eventId: `e-${position}`,
  tenantId: 't',
  streamId,
  version: 1,
  type,
  schemaVersion: 1,
  data: { body },
  metadata: { actor: { kind: 'system' }, correlationId: 'c' },
  occurredAt: '2026-01-02T03:04:05.678Z',
  recordedAt: '2026-01-02T03:04:05.678Z',
});
const start = { position: 0, last: {} };

it('places a stream as Kafka’s own clients do, and always in the same partition', () => {
  // Java: Utils.toPositive(Utils.murmur2("ticket-1".getBytes())) % 6 and so on.
  expect(['ticket-1', 'ticket-2', 'ticket-3', 'Zoë'].map((id) => partitionOf(id, 6))).toEqual(
    ['ticket-1', 'ticket-2', 'ticket-3', 'Zoë'].map((id) => javaPartition(id, 6)),
  );
});

it('chains every partition through pages, private events and restarts', () => {
  const pages = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.boolean()), { minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(
      pages,
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 10 }),
      (spec, partitions, pageSize) => {
        const log = spec.map(([n, isPrivate], i) => event(i + 1, `ticket-${n}`, 'x', isPrivate ? 'Noted' : undefined));
        const sent = new Map<number, { position: number; previous: number }[]>();
        let at: { position: number; last: Readonly<Record<string, number>> } = start;
        while (at.position < log.length) {
          const page = log.slice(at.position, at.position + pageSize);
          const { messages, to } = relayBatch(page, at, partitions, toPublic);
          for (const { partition = 0, headers = {} } of messages) {
            const link = { position: Number(headers['ce_position']), previous: Number(headers['ce_previous']) };
            sent.set(partition, [...(sent.get(partition) ?? []), link]);
          }
          at = to;
        }
        const fresh = [...sent.values()].map((links) => continueChain(0, links).fresh.length);
        expect(fresh.reduce((sum, n) => sum + n, 0)).toBe(log.filter(({ type }) => type !== 'Noted').length);
      },
    ),
  );
});

it('cuts a page that is too large for one request, and goes on behind the cut', () => {
  const large = 'x'.repeat(300_000);
  const page = [1, 2, 3].map((position) => event(position, 'ticket-1', large));
  const first = relayBatch(page, start, 1, toPublic);
  expect(first.to).toEqual({ position: 2, last: { 0: 2 } });
  const second = relayBatch(page.slice(2), first.to, 1, toPublic);
  expect(second.messages[0]?.headers).toMatchObject({ ce_position: '3', ce_previous: '2' });
});

it('sends a record that is too large for its company alone', () => {
  const page = [event(1), event(2, 'ticket-1', 'x'.repeat(900_000)), event(3)];
  const sizes = [];
  let at: { position: number; last: Readonly<Record<string, number>> } = start;
  for (; at.position < 3;) {
    const { messages, to } = relayBatch(page.slice(at.position), at, 1, toPublic);
    sizes.push(messages.length);
    at = to;
  }
  expect(sizes).toEqual([1, 1, 1]);
});

/** murmur2 as Kafka's Java client has it, with 32-bit arithmetic. */
function javaPartition(key: string, partitions: number): number {
  const data = Buffer.from(key);
  const m = 0x5bd1e995;
  let h = 0x9747b28c ^ data.length;
  const whole = data.length - (data.length % 4);
  for (let i = 0; i < whole; i += 4) {
    let k = Math.imul(data.readInt32LE(i), m);
    k ^= k >>> 24;
    h = Math.imul(h, m) ^ Math.imul(k, m);
  }
  for (let i = data.length - 1; i >= whole; i--) h ^= data[i]! << (8 * (i - whole));
  if (whole < data.length) h = Math.imul(h, m);
  h ^= h >>> 13;
  h = Math.imul(h, m);
  h ^= h >>> 15;
  return (h & 0x7fffffff) % partitions;
}
