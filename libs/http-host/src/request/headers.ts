/** Parsing of the request headers that have a meaning of ours. Pure; every malformed one answers 400. */
import { badRequest } from '../http/problem.js';

type Header = string | readonly string[] | undefined;

function once(name: string, header: Header): string | undefined {
  if (header === undefined || typeof header === 'string') return header;
  throw badRequest('malformed-header', `${name} is given more than once.`);
}

/** `"7"` → 7; `*` sets no condition on the version. Weak tags and lists are refused: they name no one version. */
export function parseIfMatch(header: Header): number | undefined {
  const value = once('If-Match', header)?.trim();
  if (value === undefined || value === '*') return undefined;
  const version = /^"(\d{1,9})"$/.exec(value)?.[1];
  if (version === undefined) {
    throw badRequest('malformed-if-match', 'If-Match must be one entity tag as this API gives it, e.g. "7".');
  }
  return Number(version);
}

export function parseIdempotencyKey(header: Header): string | undefined {
  const value = once('Idempotency-Key', header);
  if (value === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,255}$/.test(value)) {
    throw badRequest('malformed-idempotency-key', 'Idempotency-Key must be 1 to 255 visible ASCII characters.');
  }
  return value;
}

/** As a portal names the reader for whom it asks: its own secret of a browser, which says nothing of a person. */
const readerKey = /^[\x21-\x7e]{8,200}$/;

/** undefined also for a malformed one: who only counts requests refuses nothing for it. */
export const readerKeyIn = (header: Header): string | undefined =>
  typeof header === 'string' && readerKey.test(header) ? header : undefined;

export function parseReaderKey(header: Header): string | undefined {
  const value = once('Guichet-Reader', header);
  if (value !== undefined && !readerKey.test(value)) {
    throw badRequest('malformed-reader-key', 'Guichet-Reader must be 8 to 200 visible ASCII characters.');
  }
  return value;
}

/**
 * `routing=4711, intake=12` → `{ routing: 4711, intake: 12 }`: positions that an answer must not be older than.
 * Taken from the `Guichet-After` header and the `after` query parameter; the greater one counts.
 */
export function parseAfter(header: Header, parameter: unknown): Readonly<Record<string, number>> {
  const texts = [
    ...(Array.isArray(header) ? (header as string[]) : [header]),
    ...(Array.isArray(parameter) ? (parameter as unknown[]) : [parameter]),
  ];
  const positions: Record<string, number> = {};
  for (const text of texts) {
    if (text === undefined || text === '') continue;
    if (typeof text !== 'string' || text.length > 1000) throw malformedAfter();
    for (const part of text.split(',')) {
      const [, service, digits] = /^\s*([a-z][a-z-]{0,40})=(\d{1,15})\s*$/.exec(part) ?? [];
      if (service === undefined) throw malformedAfter();
      positions[service] = Math.max(positions[service] ?? 0, Number(digits));
    }
  }
  return positions;
}

const malformedAfter = (): Error =>
  badRequest('malformed-after', 'Guichet-After (or ?after=) must be like routing=4711, intake=12.');
