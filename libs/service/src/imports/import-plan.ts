/**
 * Which streams of an import can be stored, and as what. Pure: what is there already is found out by whoever appends.
 */
import { actorKinds, problemOfInstant, type PublicActor, type Violation } from '@guichet/contracts';
import { emailForm, keywordForm, lineForm, localeForm, type TextForm, textForm } from '@guichet/http-host';

/** An event of another system's log, in our words; `at` is in UTC with milliseconds. */
export interface ImportedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly ticketId: string; readonly at: string };
  readonly actor: PublicActor;
}

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

/** What a service takes: which fields an event of a type has, and what is wrong with its data. */
export interface ImportRules {
  /** JSON Schemas of the type's fields, by name; none for a type that cannot be imported. */
  fieldsOf(type: string): Readonly<Record<string, object>>;
  violations(type: string, data: Fields): readonly Violation[];
}

export type Fields = Readonly<Record<string, unknown>>;
type Refusal = Pick<Rejection, 'code' | 'detail'>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const maxRejectionsPerStream = 20;

/**
 * Checks every stream by itself: one that is wrong stops no other, and is refused as a whole.
 * @param nowMs milliseconds since 1970: nothing can have happened later.
 */
export function planImport(rules: ImportRules, source: string, streams: readonly unknown[], nowMs: number): ImportPlan {
  const rejected: Rejection[] = [];
  const planned: ImportedStream[] = [];
  const seen = { tickets: new Set<string>(), events: new Set<string>() };
  for (const stream of streams) {
    const { ticketId: given, events: list } = fieldsIn(stream);
    const ticketId = typeof given === 'string' ? given.slice(0, 100) : '';
    const refusal = refusalOfStream(stream, ticketId, list, seen.tickets);
    if (refusal) {
      rejected.push({ ticketId, index: 0, ...refusal });
      continue;
    }
    const checked = (list as unknown[]).map((event) =>
      checkEvent({ rules, source, nowMs, seen: seen.events }, ticketId, event),
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
  readonly rules: ImportRules;
  readonly source: string;
  readonly nowMs: number;
  readonly seen: Set<string>;
}

function checkEvent(
  { rules, source, nowMs, seen }: Request,
  ticketId: string,
  event: unknown,
): ImportedEvent | Refusal {
  const { id, type, data: given, actor } = fieldsIn(event);
  const unknown = unknownField(event, ['id', 'type', 'data', 'actor']);
  if (unknown !== undefined) return refuse('unknown-field', `${unknown} is not a field of an event`);
  if (typeof id !== 'string' || !uuid.test(id)) return refuse('invalid-event-id', 'id must be a UUID in lower case');
  if (seen.has(id)) return refuse('event-id-repeated', 'the request has this event id twice');
  seen.add(id);
  if (typeof type !== 'string') return refuse('invalid-type', 'type must be text');
  if (!isActor(actor))
    return refuse('invalid-actor', `actor must have a kind (${actorKinds.join(', ')}), and may have an id`);
  const fields = rules.fieldsOf(type);
  const { data, violations } = inForm({ ticketId, ...fieldsIn(given) }, fields);
  if (data['ticketId'] !== ticketId) return refuse('ticket-mismatch', 'data.ticketId is not the stream’s ticketId');
  const wrong = [...violations, ...rules.violations(type, data)];
  if (wrong.length > 0) {
    const detail = wrong.map(({ path, message }) => `data${path} ${message}`).join('; ');
    return refuse('invalid-data', detail.slice(0, 1_000));
  }
  const extra = unknownField(data, Object.keys(fields));
  if (extra !== undefined) return refuse('unknown-field', `${extra} is not a field of ${type}`);
  const problem = problemOfInstant(data['at'] as string, nowMs);
  if (problem !== undefined) return refuse('invalid-time', `data/at ${problem}`);
  const at = new Date(data['at'] as string).toISOString();
  return {
    id,
    type,
    data: { ...data, ticketId, at },
    actor: actor ? namedInForm(actor) : { kind: 'import', id: source },
  };
}

interface StringSchema {
  readonly type?: string;
  readonly format?: string;
  readonly maxLength?: number;
  readonly anyOf?: readonly StringSchema[];
  readonly items?: StringSchema;
}

/** Texts in the forms that live requests bring them to. What has no such form is refused, as it is of them. */
function inForm(
  given: Fields,
  fields: Readonly<Record<string, StringSchema>>,
): { data: Fields; violations: Violation[] } {
  const violations: Violation[] = [];
  const entries = Object.entries(given).map(([name, value]) => {
    const schema = Object.hasOwn(fields, name) ? fields[name] : undefined;
    const form = schema && formOf(name, schema);
    if (form === undefined) return [name, value] as const;
    const one = (text: unknown, path: string): unknown => {
      const kept = typeof text === 'string' ? form(text) : text;
      if (kept === undefined)
        violations.push({ path, message: 'is not text that can be kept: see the docs on importing' });
      return kept;
    };
    const items = Array.isArray(value) ? value.map((item, i) => one(item, `/${name}/${i}`)) : one(value, `/${name}`);
    return [name, items] as const;
  });
  return { data: Object.fromEntries(entries), violations };
}

/** The longest key and line that contracts allow; a longer text is a body. */
const [maxKey, maxLine] = [200, 300];

/** Undefined for what is no text, and for ids and times, which the contract checks. */
function formOf(
  name: string,
  { type, format, maxLength = Infinity, anyOf, items }: StringSchema,
): TextForm | undefined {
  if (items !== undefined) return formOf(name, items);
  const text = anyOf?.find((option) => option.type === 'string');
  if (text !== undefined) return formOf(name, text);
  if (type !== 'string' || format !== undefined) return undefined;
  if (name === 'locale') return localeForm;
  if (name === 'requesterEmail') return emailForm;
  if (maxLength <= maxKey) return keywordForm;
  // Other systems' logs often hold no texts: an empty body is one, and so is one that shows nothing.
  return maxLength <= maxLine ? lineForm : (body) => textForm(body) ?? '';
}

const refuse = (code: string, detail: string): Refusal => ({ code, detail });

const fieldsIn = (value: unknown): Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};

const unknownField = (value: unknown, known: readonly string[]): string | undefined =>
  Object.keys(fieldsIn(value))
    .find((key) => !known.includes(key))
    ?.slice(0, 60);

function isActor(actor: unknown): actor is PublicActor | undefined {
  if (actor === undefined) return true;
  const { kind, id } = fieldsIn(actor);
  return (
    unknownField(actor, ['kind', 'id']) === undefined &&
    actorKinds.some((known) => known === kind) &&
    (id === undefined || (typeof id === 'string' && id.length <= maxKey && keywordForm(id) !== undefined))
  );
}

const namedInForm = ({ kind, id }: PublicActor): PublicActor =>
  id === undefined ? { kind } : { kind, id: keywordForm(id) ?? id };
