/** Which streams of an import can be stored. Pure: what is there already is found out by whoever appends. */
import {
  type PublicActor,
  type Violation,
  actorKinds,
  contractOf,
  problemOfInstant,
  validateEventData,
} from '@guichet/contracts';
import { type HandlingEvent } from '../handling/handling.js';

/** An event of another system's log, in our words; `at` is in UTC with milliseconds. */
export type ImportedEvent = HandlingEvent & { readonly id: string; readonly actor: PublicActor };

export interface ImportedStream {
  readonly ticketId: string;
  readonly events: readonly ImportedEvent[];
}

/** Why a stream was not stored; `index` counts its events as sent, from 0. */
export interface Rejection {
  readonly ticketId: string;
  readonly index: number;
  readonly code: string;
  readonly detail: string;
}

export interface ImportPlan {
  readonly streams: readonly ImportedStream[];
  readonly rejected: readonly Rejection[];
}

type Refusal = Pick<Rejection, 'code' | 'detail'>;
type Fields = Readonly<Record<string, unknown>>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const maxRejectionsPerStream = 20;

/**
 * Checks every stream by itself: one that is wrong stops no other, and is refused as a whole.
 * @param nowMs milliseconds since 1970: nothing can have happened later.
 */
export function planImport(source: string, streams: readonly unknown[], nowMs: number): ImportPlan {
  const rejected: Rejection[] = [];
  const planned: ImportedStream[] = [];
  const seen = { tickets: new Set<string>(), events: new Set<string>() };
  for (const stream of streams) {
    const { ticketId: given, events: list } = fieldsOf(stream);
    const ticketId = typeof given === 'string' ? given.slice(0, 100) : '';
    const refusal = refusalOfStream(stream, ticketId, list, seen.tickets);
    if (refusal) {
      rejected.push({ ticketId, index: 0, ...refusal });
      continue;
    }
    const checked = (list as unknown[]).map((event) =>
      checkEvent({ source, nowMs, seen: seen.events }, ticketId, event),
    );
    const refused = checked.flatMap((event, index) => ('code' in event ? [{ ticketId, index, ...event }] : []));
    rejected.push(...refused.slice(0, maxRejectionsPerStream));
    if (refused.length === 0) planned.push({ ticketId, events: checked as ImportedEvent[] });
  }
  return { streams: planned, rejected };
}

function refusalOfStream(stream: unknown, ticketId: string, events: unknown, seen: Set<string>): Refusal | undefined {
  const unknown = unknownField(stream, ['ticketId', 'events']);
  if (unknown !== undefined) return refuse('unknown-field', `${unknown} is not a field of a stream`);
  if (!uuid.test(ticketId)) return refuse('invalid-ticket-id', 'ticketId must be a UUID in lower case');
  if (!Array.isArray(events) || events.length === 0)
    return refuse('no-events', 'events must be a list of at least one');
  if (seen.has(ticketId)) return refuse('stream-repeated', 'the request has this ticket twice');
  seen.add(ticketId);
  return undefined;
}

/** What the checks of one request share. */
interface Request {
  readonly source: string;
  readonly nowMs: number;
  readonly seen: Set<string>;
}

function checkEvent({ source, nowMs, seen }: Request, ticketId: string, event: unknown): ImportedEvent | Refusal {
  const { id, type, data: given, actor } = fieldsOf(event);
  const unknown = unknownField(event, ['id', 'type', 'data', 'actor']);
  if (unknown !== undefined) return refuse('unknown-field', `${unknown} is not a field of an event`);
  if (typeof id !== 'string' || !uuid.test(id)) return refuse('invalid-event-id', 'id must be a UUID in lower case');
  if (seen.has(id)) return refuse('event-id-repeated', 'the request has this event id twice');
  seen.add(id);
  if (typeof type !== 'string') return refuse('invalid-type', 'type must be text');
  if (!isActor(actor))
    return refuse('invalid-actor', `actor must have a kind (${actorKinds.join(', ')}), and may have an id`);
  const data: Fields = { ticketId, ...fieldsOf(given) };
  const refusal = refusalOfData(type, ticketId, data);
  if (refusal) return refusal;
  const problem = problemOfInstant(data.at as string, nowMs);
  if (problem) return refuse('invalid-time', `data/at ${problem}`);
  const at = new Date(data.at as string).toISOString();
  return { id, type, data: { ...data, at }, actor: actor ?? { kind: 'import', id: source } } as ImportedEvent;
}

function refusalOfData(type: string, ticketId: string, data: Fields): Refusal | undefined {
  const { ticketId: named } = data;
  if (named !== ticketId) return refuse('ticket-mismatch', 'data.ticketId is not the stream’s ticketId');
  const { violations, fields } = type === 'InternalNoteAdded' ? checkNote(data) : checkPublic(type, data);
  if (violations.length > 0) {
    const detail = violations.map(({ path, message }) => `data${path} ${message}`).join('; ');
    return refuse('invalid-data', detail.slice(0, 1_000));
  }
  const unknown = unknownField(data, fields);
  return unknown === undefined ? undefined : refuse('unknown-field', `${unknown} is not a field of ${type}`);
}

interface Checked {
  readonly violations: readonly Violation[];
  readonly fields: readonly string[];
}

function checkPublic(type: string, data: Fields): Checked {
  const violations = validateEventData('routing', type, data);
  const { properties = {} }: { properties?: object } = contractOf(type)?.schema ?? {};
  const fields = Object.keys(properties);
  // Departments and agents have streams of their own.
  const ofTicket = violations.length > 0 || fields.includes('ticketId');
  return { violations: ofTicket ? violations : [{ path: '', message: `${type} is no event of a ticket` }], fields };
}

/** A note is private, so that no contract says what it looks like: a reply in every respect, but for its name. */
function checkNote({ noteId, ...data }: Fields): Checked {
  const violations = validateEventData('routing', 'AgentReplied', { ...data, replyId: noteId, automatic: false });
  const named = violations.map(({ path, message }) => ({ path: path.replace('/replyId', '/noteId'), message }));
  return { violations: named, fields: ['ticketId', 'noteId', 'agentId', 'body', 'at'] };
}

const refuse = (code: string, detail: string): Refusal => ({ code, detail });

const fieldsOf = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const unknownField = (value: unknown, known: readonly string[]): string | undefined =>
  Object.keys(fieldsOf(value))
    .find((key) => !known.includes(key))
    ?.slice(0, 60);

function isActor(actor: unknown): actor is PublicActor | undefined {
  if (actor === undefined) return true;
  const { kind, id } = fieldsOf(actor);
  return (
    unknownField(actor, ['kind', 'id']) === undefined &&
    actorKinds.some((known) => known === kind) &&
    (id === undefined || (typeof id === 'string' && id.length > 0 && id.length <= 200))
  );
}
