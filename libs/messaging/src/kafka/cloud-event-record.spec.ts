import { type PublicEvent, asyncApiDocument } from '@guichet/contracts';
import { Ajv } from 'ajv';
import formatsPlugin from 'ajv-formats';
import type { KafkaMessage, Message } from 'kafkajs';
import { decodeRecord, encodeRecord } from './cloud-event-record.js';

const uuid = '00000000-0000-4000-8000-000000000001';
const event: PublicEvent = {
  id: '00000000-0000-4000-8000-000000000002',
  source: 'intake',
  type: 'TicketReopenedByRequester',
  schemaVersion: 1,
  tenantId: uuid,
  streamId: `ticket-${uuid}`,
  version: 3,
  position: 42,
  occurredAt: '2026-01-02T03:04:05.678Z',
  recordedAt: '2026-01-02T03:04:06.789Z',
  actor: { kind: 'requester', id: 'Zoë Ōmura' },
  correlationId: 'c-1',
  causationId: 'c-0',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  imported: true,
  data: { ticketId: uuid, reason: 'Jeszcze nie działa 🙃', at: '2026-01-02T03:04:05.678Z' },
};

/** As the broker hands it out: bytes only. */
const delivered = ({ key, value, headers = {} }: Message, offset = '7'): KafkaMessage => ({
  key: key === null || key === undefined ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
  headers: Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, Buffer.from(String(text))])),
  timestamp: '1767323045678',
  attributes: 0,
  offset,
});
const damaged = (changes: { value?: string; headers?: Record<string, string> }) => {
  const message = encodeRecord(event, 0, 40);
  return delivered({ ...message, ...changes, headers: { ...message.headers, ...changes.headers } });
};
const reasonOf = (message: KafkaMessage) => {
  const read = decodeRecord('intake', message)?.event;
  return read && 'raw' in read ? read.reason : undefined;
};

it('brings an event over whole', () => {
  const record = decodeRecord('intake', delivered(encodeRecord(event, 2, 40)));
  expect(record).toEqual({ position: 42, previous: 40, cursor: 8, event });
  const { causationId: _, traceparent: __, imported: ___, ...bare } = event;
  expect(decodeRecord('intake', delivered(encodeRecord(bare, 2, 40)))?.event).toEqual(bare);
});

it('is a CloudEvent in binary mode, keyed by its stream', () => {
  const { key, value, partition, headers } = encodeRecord(event, 2, 40);
  expect({ key, partition }).toEqual({ key: event.streamId, partition: 2 });
  expect(JSON.parse(value as string)).toEqual(event.data);
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: '/guichet/intake',
    ce_type: 'TicketReopenedByRequester',
    ce_time: event.occurredAt,
    ce_subject: event.streamId,
    ce_position: '42',
    ce_previous: '40',
  });
});

it('sends the headers the AsyncAPI document describes, and no others', () => {
  const { components } = asyncApiDocument() as { components: { schemas: Record<string, { properties: object }> } };
  const described = components.schemas['CloudEventHeaders']!;
  const ajv = new Ajv({ strict: false });
  formatsPlugin.default(ajv);
  const validate = ajv.compile({ ...described, additionalProperties: false });
  const { causationId: _, traceparent: __, imported: ___, ...bare } = event;
  for (const one of [event, { ...bare, actor: { kind: 'system' } } as PublicEvent]) {
    validate(encodeRecord(one, 0, 40).headers);
    expect(validate.errors ?? []).toEqual([]);
  }
  // An event that has everything uses every header there is.
  expect(Object.keys(encodeRecord(event, 0, 40).headers!).sort()).toEqual(Object.keys(described.properties).sort());
});

it('takes a type that is newer than this reader, but not a version that is', () => {
  expect(decodeRecord('intake', damaged({ headers: { ce_type: 'TicketTelepathed' } }))?.event).toMatchObject({
    type: 'TicketTelepathed',
    data: event.data,
  });
  expect(reasonOf(damaged({ headers: { ce_schemaversion: '99' } }))).toMatch(/has version 99/);
});

it.each([
  ['no JSON', { value: '{' }, /not JSON/],
  ['data that breaks the contract', { value: '{"ticketId": 5}' }, /TicketReopenedByRequester \/data/],
  ['an id that is none', { headers: { ce_id: 'x' } }, /\/id/],
  ['a tenant that is none', { headers: { ce_tenantid: 'x' } }, /\/tenantId/],
  ['an unknown kind of actor', { headers: { ce_actorkind: 'ghost' } }, /unknown kind of actor/],
  ['another publisher', { headers: { ce_type: 'TicketAssigned' } }, /intake publishes no TicketAssigned/],
])('reads %s as unreadable, with what is known all the same', (_name, changes, reason) => {
  const message = damaged(changes);
  const read = decodeRecord('intake', message);
  expect(read).toMatchObject({ position: 42, previous: 40, event: { streamId: event.streamId, raw: message.value } });
  expect(reasonOf(message)).toMatch(reason);
});

it.each([
  ['without a position', { ce_position: '' }],
  ['without a place in the chain', { ce_previous: 'x' }],
  ['that follows itself', { ce_previous: '42' }],
])('does not know a record %s', (_name, headers) => {
  expect(decodeRecord('intake', damaged({ headers }))).toBeUndefined();
  expect(decodeRecord('intake', delivered({ key: null, value: null }))).toBeUndefined();
});
