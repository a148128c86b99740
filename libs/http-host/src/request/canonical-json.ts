import { createHash } from 'node:crypto';

function sorted(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The same text for equal JSON values, whatever the order of their members. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sorted) ?? '';

/** SHA-256, hexadecimal, of method, path (without query) and canonical body: tells a retry from a reused key. */
export const hashRequest = (method: string, path: string, body: unknown): string =>
  createHash('sha256')
    .update(`${method} ${path}\n${canonicalJson(body)}`)
    .digest('hex');
