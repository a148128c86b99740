import { UnstorablePayload } from '../errors.js';

// JSON.stringify escapes U+0000 and lone surrogates, and nothing else that jsonb could not keep. An even number of
// backslashes before the `\u` means that the escape is the text's own.
const unstorable = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f][0-9a-f]{2})/;

/** The JSON text of an event's data or metadata; UnstorablePayload if PostgreSQL could not give back what it got. */
export function storableJson(value: object, what: string): string {
  const json = jsonOf(value, what);
  if (json.includes('\\u') && unstorable.test(json)) {
    throw new UnstorablePayload(`${what} contains U+0000 or half a surrogate pair.`);
  }
  return json;
}

function jsonOf(value: object, what: string): string {
  try {
    return JSON.stringify(value);
  } catch (error) {
    // Its stack or its longest string was exceeded; anything else (a cycle, a bigint) is the caller's mistake.
    if (!(error instanceof RangeError)) throw error;
    throw new UnstorablePayload(`${what} is nested too deeply, or too large.`, { cause: error });
  }
}

/** Refuses a text that would come back as another one: PostgreSQL has no U+0000, UTF-8 no half surrogate pairs. */
export function mustBeStorable(text: string, what: string): void {
  if (text.includes('\u0000') || !text.isWellFormed()) {
    throw new UnstorablePayload(`${what} contains U+0000 or half a surrogate pair.`);
  }
}

const earliestMs = Date.parse('0001-01-01T00:00:00.000Z');
const latestMs = Date.parse('9999-12-31T23:59:59.999Z');

/** Milliseconds since 1970 of an event's `data.at`, a time of the years 1 to 9999. */
export function occurredMs(at: unknown, what: string): number {
  const ms = typeof at === 'string' ? Date.parse(at) : NaN;
  if (ms >= earliestMs && ms <= latestMs) return ms;
  throw new UnstorablePayload(`${what} has no valid time of the years 1 to 9999 in data.at: ${String(at)}`);
}
