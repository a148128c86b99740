/** Everything secret follows from one setting, IDENTITY_SECRET: nothing in the database is of use without it. */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';

const [ivBytes, tagBytes] = [12, 16];

export class Secrets {
  private readonly sealing: Buffer;
  private readonly clients: Buffer;
  /** Signs the cookies of the sign-in pages. */
  readonly cookieKey: string;

  /**
   * @param secret at least 32 characters, the same in all replicas. Another one makes all keys and client secrets void.
   */
  constructor(secret: string) {
    const derive = (purpose: string): Buffer =>
      Buffer.from(hkdfSync('sha256', secret, 'guichet-identity', purpose, 32));
    [this.sealing, this.clients] = [derive('seal signing keys'), derive('client secrets')];
    this.cookieKey = derive('cookies').toString('base64url');
  }

  /** Encrypts and authenticates (AES-256-GCM). `name` is bound to it: it cannot be put in another's place. */
  seal(name: string, text: string): Buffer {
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv('aes-256-gcm', this.sealing, iv).setAAD(Buffer.from(name));
    const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]);
  }

  /** @throws Error if it was sealed with another secret or under another name. */
  unseal(name: string, sealed: Buffer): string {
    const decipher = createDecipheriv('aes-256-gcm', this.sealing, sealed.subarray(0, ivBytes), {
      authTagLength: tagBytes,
    })
      .setAAD(Buffer.from(name))
      .setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
  }

  /**
   * A service account's secret, 43 characters. Derived, not stored: a copy of the database gives nobody access.
   */
  clientSecret(clientId: string, version: number): string {
    return createHmac('sha256', this.clients)
      .update(JSON.stringify([clientId, version]))
      .digest('base64url');
  }
}
