import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { badRequest } from './problem.js';

const [ivBytes, tagBytes] = [12, 16];

/**
 * Opaque positions in lists: encrypted and authenticated (AES-256-GCM), because a position may hold what no address
 * should show, such as an e-mail address. A cursor belongs to one tenant and one list (put filters and order that
 * change the meaning of the position into `list`): taken elsewhere it is refused, so its content needs no further
 * checks.
 */
export class Cursors {
  private readonly key: Buffer;

  /** @param secret the same in all replicas. */
  constructor(secret: string) {
    this.key = Buffer.from(hkdfSync('sha256', secret, 'guichet', 'cursors', 32));
  }

  /** @param position what the query needs to go on: JSON, small, stable under writes (e.g. [occurredAt, id]). */
  encode(tenantId: string, list: string, position: unknown): string {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.key, iv).setAAD(placeOf(tenantId, list));
    const sealed = Buffer.concat([cipher.update(JSON.stringify(position), 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url');
  }

  /** @throws Problem 400 `invalid-cursor` unless this list of this tenant gave the cursor. */
  decode<Position>(tenantId: string, list: string, cursor: string): Position {
    const bytes = Buffer.from(cursor, 'base64url');
    const [iv, tag, sealed] = [
      bytes.subarray(0, ivBytes),
      bytes.subarray(ivBytes, ivBytes + tagBytes),
      bytes.subarray(ivBytes + tagBytes),
    ];
    if (tag.length < tagBytes) throw invalidCursor();
    const decipher = createDecipheriv('aes-256-gcm', this.key, iv, { authTagLength: tagBytes })
      .setAAD(placeOf(tenantId, list))
      .setAuthTag(tag);
    try {
      return JSON.parse(Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8')) as Position;
    } catch {
      throw invalidCursor(); // it was sealed elsewhere, or changed
    }
  }
}

const placeOf = (tenantId: string, list: string): Buffer => Buffer.from(JSON.stringify([tenantId, list]));

const invalidCursor = (): Error =>
  badRequest('invalid-cursor', 'The cursor does not belong to this list.', [
    { path: 'cursor', code: 'invalid', message: 'must come from the previous page of this very list' },
  ]);
