/** Which parts of an import can be stored. Pure: what is there already is found out by whoever appends. */
import { actorKinds, contractOf, problemOfInstant, type PublicActor, validateEventData } from '@guichet/contracts';
import { countOf } from '../ticket/ticket-number.js';

/** An event of another system's log, in our words. */
export interface ImportedEvent {
  readonly id: string;
  readonly type: string;
  /** `at` is in UTC with milliseconds. */
  readonly data: { readonly ticketId: string; readonly at: string };
  readonly actor: PublicActor;
}

export interface ImportedStream {
  readonly ticketId: string;
  readonly events: readonly ImportedEvent[];
}

/** Why nothing of a stream's remaining events was stored; `index` counts the stream's events as sent, from 0. */
export interface Rejection {
  readonly ticketId: string;
  readonly index: number;
  readonly code: string;
  readonly detail: string;
}

export interface ImportPlan {
  readonly streams: readonly ImportedStream[];
  readonly rejected: readonly Rejection[];
  /** The highest ticket number of our own format among the streams, 0 for none. */
  readonly highestOwnNumber: number;
}

type Fields = Readonly<Record<string, unknown>>;
type Refusal = Omit<Rejection, 'ticketId' | 'index'>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const eventFields = ['id', 'type', 'data', 'actor'];
const streamFields = ['ticketId', 'events'];
const maxRejectionsPerStream = 20;

/**
 * Checks every stream by itself: one that is wrong stops no other, and is refused as a whole.
 * @param nowMs milliseconds since 1970: nothing can have happened later.
 */
export function planImport(source: string, streams: readonly unknown[], nowMs: number): ImportPlan {
  const planned: ImportedStream[] = [];
  const rejected: Rejection[] = [];
  const seen = { tickets: new Set<string>(), events: new Set<string>() };
  for (const stream of streams) {
    const { ticketId, events, refusals } = checkStream({ source, nowMs, seen }, stream);
    if (refusals.length === 0) planned.push({ ticketId, events });
    else rejected.push(...refusals.slice(0, maxRejectionsPerStream).map((refusal) => ({ ticketId, ...refusal })));
  }
  const numbers = planned.flatMap(({ events }) => events.map(({ data }) => countOf(numberIn(data)) ?? 0));
  return { streams: planned, rejected, highestOwnNumber: numbers.reduce((a, b) => Math.max(a, b), 0) };
}

const numberIn = (data: object): string => ('number' in data && typeof data.number === 'string' ? data.number : '');

interface Seen {
  readonly tickets: Set<string>;
  readonly events: Set<string>;
}
/** What the checks of one request share. */
interface Request {
  readonly source: string;
  readonly nowMs: number;
  readonly seen: Seen;
}
interface CheckedStream extends ImportedStream {
  readonly refusals: readonly (Refusal & { readonly index: number })[];
}

function checkStream(request: Request, stream: unknown): CheckedStream {
  const { seen } = request;
  const { ticketId: given, events: list } = fieldsOf(stream);
  const ticketId = typeof given === 'string' ? given.slice(0, 100) : '';
  const whole = (code: string, detail: string): CheckedStream => ({
    ticketId,
    events: [],
    refusals: [{ index: 0, code, detail }],
  });
  const unknown = unknownField(stream, streamFields);
  if (unknown !== undefined) return whole('unknown-field', `${unknown} is not a field of a stream`);
  if (!uuid.test(ticketId)) return whole('invalid-ticket-id', 'ticketId must be a UUID in lower case');
  if (!Array.isArray(list) || list.length === 0) return whole('no-events', 'events must be a list of at least one');
  if (seen.tickets.has(ticketId)) return whole('stream-repeated', 'the request has this ticket twice');
  seen.tickets.add(ticketId);

  const events: ImportedEvent[] = [];
  const refusals: (Refusal & { index: number })[] = [];
  list.forEach((event: unknown, index) => {
    const checked = checkEvent(request, ticketId, event);
    if ('code' in checked) refusals.push({ index, ...checked });
    else events.push(checked);
  });
  return { ticketId, events, refusals };
}

function checkEvent({ source, nowMs, seen }: Request, ticketId: string, event: unknown): ImportedEvent | Refusal {
  const { id, type, data, actor } = fieldsOf(event);
  const unknown = unknownField(event, eventFields);
  if (unknown !== undefined) return { code: 'unknown-field', detail: `${unknown} is not a field of an event` };
  if (typeof id !== 'string' || !uuid.test(id)) {
    return { code: 'invalid-event-id', detail: 'id must be a UUID in lower case' };
  }
  if (seen.events.has(id)) return { code: 'event-id-repeated', detail: 'the request has this event id twice' };
  seen.events.add(id);
  if (typeof type !== 'string') return { code: 'invalid-type', detail: 'type must be text' };
  if (!isActor(actor)) {
    return { code: 'invalid-actor', detail: `actor must have a kind (${actorKinds.join(', ')}) and may have an id` };
  }
  const refusal = checkData(type, ticketId, data);
  if (refusal) return refusal;
  const { at, ...rest } = data as ImportedEvent['data'];
  const problem = problemOfInstant(at, nowMs);
  if (problem) return { code: 'invalid-time', detail: `data/at ${problem}` };
  return {
    id,
    type,
    data: { ...rest, at: new Date(at).toISOString() },
    actor: actor ?? { kind: 'import', id: source },
  };
}

function checkData(type: string, ticketId: string, data: unknown): Refusal | undefined {
  const violations = validateEventData('intake', type, data);
  if (violations.length > 0) {
    const detail = violations.map(({ path, message }) => `data${path} ${message}`).join('; ');
    return { code: 'invalid-data', detail: detail.slice(0, 1_000) };
  }
  const schema: { readonly properties?: object } = contractOf(type)?.schema ?? {};
  const unknown = unknownField(data, Object.keys(schema.properties ?? {}));
  if (unknown !== undefined) return { code: 'unknown-field', detail: `${unknown} is not a field of ${type}` };
  if ((data as ImportedEvent['data']).ticketId !== ticketId) {
    return { code: 'ticket-mismatch', detail: 'data.ticketId is not the stream’s ticketId' };
  }
  return undefined;
}

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
