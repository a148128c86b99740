import { createHmac, timingSafeEqual } from 'node:crypto';
import { badRequest } from './problem.js';

const signatureBytes = 16;

/**
 * Opaque, signed positions in lists. A cursor belongs to one tenant and one list (put filters and order that change the
 * meaning of the position into `list`): taken elsewhere it is refused, so its content needs no further checks.
 */
export class Cursors {
  constructor(private readonly secret: string) {}

  /** @param position what the query needs to go on: JSON, small, stable under writes (e.g. [occurredAt, id]). */
  encode(tenantId: string, list: string, position: unknown): string {
    const payload = Buffer.from(JSON.stringify(position));
    return Buffer.concat([this.signature(tenantId, list, payload), payload]).toString('base64url');
  }

  /** @throws Problem 400 `invalid-cursor` unless this list of this tenant gave the cursor. */
  decode<Position>(tenantId: string, list: string, cursor: string): Position {
    const bytes = Buffer.from(cursor, 'base64url');
    const [signature, payload] = [bytes.subarray(0, signatureBytes), bytes.subarray(signatureBytes)];
    if (signature.length < signatureBytes || !timingSafeEqual(signature, this.signature(tenantId, list, payload))) {
      throw badRequest('invalid-cursor', 'The cursor does not belong to this list.', [
        { path: 'cursor', code: 'invalid', message: 'must come from the previous page of this very list' },
      ]);
    }
    return JSON.parse(payload.toString()) as Position;
  }

  private signature(tenantId: string, list: string, payload: Buffer): Buffer {
    const head = JSON.stringify([tenantId, list]);
    return createHmac('sha256', this.secret)
      .update(head)
      .update('\n')
      .update(payload)
      .digest()
      .subarray(0, signatureBytes);
  }
}
