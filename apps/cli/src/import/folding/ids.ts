/** Ids that come out the same every time the same thing is imported. */
import { createHash } from 'node:crypto';

/** Name-based UUID, version 5 (RFC 9562 §5.5). */
export function uuid5(namespace: string, name: string): string {
  const hash = createHash('sha1')
    .update(Buffer.from(namespace.replaceAll('-', ''), 'hex'))
    .update(name)
    .digest();
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex', 0, 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** A ticket's id within a tenant, by the log it comes from and its key there. */
export const ticketIdOf = (tenantId: string, source: string, key: string): string =>
  uuid5(tenantId, `${source}/${key}`);

/** The id of a ticket's n-th event of a stream. */
export const eventIdOf = (ticketId: string, stream: string, index: number): string =>
  uuid5(ticketId, `${stream}/${index}`);
