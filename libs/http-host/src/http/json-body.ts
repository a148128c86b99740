/** Reads a JSON body strictly: what would surprise us deeper down is refused here. Pure. */
import { badRequest, Problem } from './problem.js';
import { isStorable } from './text-rules.js';

export const bodyLimitBytes = 1_048_576;
export const bodyMaxDepth = 20;

/**
 * Every object has these without being told: no field of ours is called so, and looking for one would seem to find it.
 */
const inherited = new Set([...Object.getOwnPropertyNames(Object.prototype), 'prototype']);
export const isInherited = (name: string): boolean => inherited.has(name);
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(bytes: Buffer): unknown {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch (cause) {
    throw new Problem(400, 'malformed-body', { detail: 'The body is not valid UTF-8.', cause });
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The parser's message quotes the body, and would carry it into the log.
    throw new Problem(400, 'malformed-body', { detail: 'The body is not valid JSON.' });
  }
}

export const unsupportedMediaType = (): Problem =>
  new Problem(415, 'unsupported-media-type', { detail: 'Send application/json in UTF-8.' });

/** @throws Problem 415 for a body that is compressed, or says that it is in another charset. */
export function mustBePlainUtf8(headers: Readonly<Record<string, unknown>>): void {
  const { 'content-encoding': encoding = 'identity', 'content-type': type = '' } = headers;
  const charset = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(String(type))?.[1] ?? 'utf-8';
  if (String(encoding).toLowerCase() !== 'identity' || !/^utf-?8$/i.test(charset)) throw unsupportedMediaType();
}

const refuse = (path: string, message: string): Problem =>
  badRequest('malformed-body', 'The body has content that cannot be used.', [{ path, code: 'invalid', message }]);

/** What is said of a field that a request does not have. */
export const unknownField = (path: string): Problem =>
  badRequest('invalid-request', 'The request has fields that cannot be used.', [
    { path, code: 'unknown-field', message: 'is not a field of this request' },
  ]);

/** Keys go into problem answers: shortened, and with U+0000 and lone surrogates made visible. */
const shown = (key: string): string => JSON.stringify(key.slice(0, 60).toWellFormed()).slice(1, -1);

/** The way from the body's root to a value; written out only where something is refused, as bodies are mostly fine. */
interface Place {
  readonly within: Place | undefined;
  readonly at: string | number;
}

function pathOf(place: Place | undefined): string {
  if (!place) return '';
  const within = pathOf(place.within);
  if (typeof place.at === 'number') return `${within}[${place.at}]`;
  return within === '' ? shown(place.at) : `${within}.${shown(place.at)}`;
}

/** @returns how many members its objects have in all. */
function mustBeUsable(value: unknown, place: Place | undefined, depth: number): number {
  if (typeof value === 'string') {
    if (!isStorable(value)) throw refuse(pathOf(place), 'must not hold U+0000 or a lone surrogate');
  } else if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw refuse(pathOf(place), 'is a number out of range');
  } else if (typeof value === 'object' && value !== null) {
    if (depth >= bodyMaxDepth) throw refuse('', `is nested deeper than ${bodyMaxDepth} levels`);
    if (!Array.isArray(value)) return mustHaveUsableMembers(value, place, depth);
    return value.reduce<number>((sum, item, at) => sum + mustBeUsable(item, { within: place, at }, depth + 1), 0);
  }
  return 0;
}

function mustHaveUsableMembers(value: object, within: Place | undefined, depth: number): number {
  let members = 0;
  for (const [at, member] of Object.entries(value)) {
    const place = { within, at };
    if (isInherited(at)) throw unknownField(pathOf(place));
    if (!isStorable(at)) throw refuse(pathOf(place), 'must not hold U+0000 or a lone surrogate');
    members += 1 + mustBeUsable(member, place, depth + 1);
  }
  return members;
}

const [quote, backslash, colon] = [0x22, 0x5c, 0x3a];

/**
 * Members in the text of valid JSON: its colons outside of strings. More than were parsed means that a name came twice,
 * which two readers may understand differently.
 */
function membersWritten(bytes: Buffer): number {
  let members = 0;
  let inString = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at];
    if (byte === quote) inString = !inString;
    else if (byte === backslash) at++;
    else if (byte === colon && !inString) members++;
  }
  return members;
}

/**
 * @returns undefined for an empty body, as clients send with `Content-Type: application/json` on a POST without one.
 * @throws Problem 400 for bad UTF-8 or JSON, a body that is no object, nesting deeper than 20, U+0000, lone surrogates,
 *   numbers beyond double precision's range, names that come twice, and names that every object inherits.
 */
export function readJsonBody(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined;
  const body = parse(bytes);
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw refuse('', 'must be an object');
  const members = mustBeUsable(body, undefined, 0);
  if (members !== membersWritten(bytes)) throw refuse('', 'names a field of the same object twice');
  return body;
}
