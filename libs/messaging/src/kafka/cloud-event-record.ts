/**
 * A public event as a Kafka record: CloudEvents 1.0, binary mode. The value is the event's data, all else are headers.
 */
import {
  type PublicActor,
  type PublicEvent,
  UnsupportedSchemaVersion,
  actorKinds,
  type Contracts,
  contracts as ofProduct,
} from '@guichet/contracts';
import type { IHeaders, KafkaMessage, Message } from 'kafkajs';
import { breachOf } from '../contract-check.js';
import type { FeedRecord, UnreadableRecord } from '../received-log/feed-record.js';

/** `previous` is the position last sent to the same partition. */
export function encodeRecord(event: PublicEvent, partition: number, previous: number): Message {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ce_specversion: '1.0',
    ce_id: event.id,
    ce_source: `/guichet/${event.source}`,
    ce_type: event.type,
    ce_subject: event.streamId,
    ce_time: event.occurredAt,
    ce_recordedtime: event.recordedAt,
    ce_tenantid: event.tenantId,
    ce_schemaversion: String(event.schemaVersion),
    ce_streamversion: String(event.version),
    ce_position: String(event.position),
    ce_previous: String(previous),
    ce_actorkind: event.actor.kind,
    ce_correlationid: event.correlationId,
  };
  if (event.actor.id !== undefined) headers['ce_actorid'] = event.actor.id;
  if (event.causationId !== undefined) headers['ce_causationid'] = event.causationId;
  if (event.traceparent !== undefined) headers['ce_traceparent'] = event.traceparent;
  if (event.imported) headers['ce_imported'] = 'true';
  return { key: event.streamId, partition, headers, value: JSON.stringify(event.data) };
}

/**
 * What a record says. Undefined for one without its place in the chain: no relay of ours has written it, and if one had
 * been damaged that far, the next record would show the gap.
 */
export function decodeRecord(
  source: string,
  message: KafkaMessage,
  contracts: Contracts = ofProduct,
): FeedRecord | undefined {
  const { headers = {} } = message;
  const position = integer(headers, 'ce_position');
  const previous = integer(headers, 'ce_previous');
  if (position === undefined || previous === undefined || previous >= position) return undefined;
  const place = { position, previous, cursor: Number(message.offset) + 1 };
  try {
    const event = eventOf(source, message, position);
    const problem = breachOf(event, contracts);
    return { ...place, event: problem === undefined ? event : unreadable(message, problem) };
  } catch (error) {
    if (!(error instanceof NotReadable || error instanceof UnsupportedSchemaVersion)) throw error;
    return { ...place, event: unreadable(message, error.message) };
  }
}

/** By what a record is known to be this event and no other. */
export interface RecordIdentity {
  readonly position: number;
  readonly id: string;
  readonly recordedAt: string;
}

/** Undefined for a record that no relay of ours has written. */
export function identityOf({ headers = {} }: KafkaMessage): RecordIdentity | undefined {
  const position = integer(headers, 'ce_position');
  if (position === undefined) return undefined;
  return { position, id: text(headers, 'ce_id') ?? '', recordedAt: text(headers, 'ce_recordedtime') ?? '' };
}

class NotReadable extends Error {}

function eventOf(source: string, { key, headers = {}, value }: KafkaMessage, position: number): PublicEvent {
  const required = (name: string): string => {
    const found = text(headers, name);
    if (found === undefined) throw new NotReadable(`header ${name} is missing`);
    return found;
  };
  return {
    id: required('ce_id'),
    source,
    type: required('ce_type'),
    schemaVersion: integer(headers, 'ce_schemaversion') ?? 0,
    tenantId: required('ce_tenantid'),
    streamId: key?.toString() ?? '',
    version: integer(headers, 'ce_streamversion') ?? 0,
    position,
    occurredAt: required('ce_time'),
    recordedAt: required('ce_recordedtime'),
    actor: actorOf(required('ce_actorkind'), text(headers, 'ce_actorid')),
    correlationId: required('ce_correlationid'),
    ...optional('causationId', text(headers, 'ce_causationid')),
    ...optional('traceparent', text(headers, 'ce_traceparent')),
    ...(text(headers, 'ce_imported') === 'true' ? { imported: true } : {}),
    data: parsed(value),
  };
}

function actorOf(name: string, id: string | undefined): PublicActor {
  const kind = actorKinds.find((known) => known === name);
  if (!kind) throw new NotReadable(`unknown kind of actor: ${name}`);
  return { kind, ...optional('id', id) };
}

function parsed(value: Buffer | null): unknown {
  if (!value) throw new NotReadable('the record is empty');
  try {
    return JSON.parse(value.toString()) as unknown;
  } catch (error) {
    throw new NotReadable(`the data is not JSON: ${(error as Error).message}`);
  }
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function unreadable({ key, headers = {}, value, timestamp }: KafkaMessage, reason: string): UnreadableRecord {
  const [id, tenantId] = [text(headers, 'ce_id'), text(headers, 'ce_tenantid')];
  return {
    streamId: key?.toString() ?? '',
    reason,
    raw: value ?? Buffer.alloc(0),
    ...(id && uuid.test(id) ? { id } : {}),
    ...(tenantId && uuid.test(tenantId) ? { tenantId } : {}),
    atMs: Number(timestamp),
  };
}

function text(headers: IHeaders, name: string): string | undefined {
  const value = headers[name];
  return Buffer.isBuffer(value) ? value.toString() : undefined;
}

function integer(headers: IHeaders, name: string): number | undefined {
  const digits = text(headers, name);
  return digits !== undefined && /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}

const optional = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
