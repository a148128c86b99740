import { type KeyObject, generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateWish {
  /** Name of a host it is for; none for a client. */
  readonly host?: string;
  /** Days from now; negative: it is over. Default 1. */
  readonly validDays?: number;
}

const dayMs = 86_400_000;

/** Signs certificates, right and wrong ones, for tests: RFC 5280 as far as it takes. */
export class Authority {
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly name = `authority ${randomBytes(4).toString('hex')}`;
  /** PEM of its own certificate. */
  readonly cert = this.signed(this.name, this.keys.publicKey, 1, [
    // Critical basic constraints: it may sign.
    sequence(oid('551d13'), der(0x01, Buffer.from([0xff])), octets(sequence(der(0x01, Buffer.from([0xff]))))),
  ]);

  issue({ host, validDays = 1 }: CertificateWish = {}): Certificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const names = host === undefined ? [] : [sequence(oid('551d11'), octets(sequence(der(0x82, Buffer.from(host)))))];
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { cert: this.signed(host ?? 'client', publicKey, validDays, names), key };
  }

  private signed(subject: string, key: KeyObject, validDays: number, extensions: readonly Buffer[]): string {
    const until = Date.now() + validDays * dayMs;
    const from = Math.min(Date.now(), until) - dayMs;
    const toBeSigned = sequence(
      der(0xa0, der(0x02, Buffer.from([2]))), // version 3
      der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
      ecdsaWithSha256,
      nameOf(this.name),
      sequence(utcTime(from), utcTime(until)),
      nameOf(subject),
      key.export({ type: 'spki', format: 'der' }),
      ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]),
    );
    const signature = sign('sha256', toBeSigned, this.keys.privateKey);
    const whole = sequence(toBeSigned, ecdsaWithSha256, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
    const lines = whole.toString('base64').match(/.{1,64}/g) ?? [];
    return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
  }
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function oid(hex: string): Buffer {
  return der(0x06, Buffer.from(hex, 'hex'));
}

function octets(content: Buffer): Buffer {
  return der(0x04, content);
}

function nameOf(commonName: string): Buffer {
  return sequence(der(0x31, sequence(oid('550403'), der(0x0c, Buffer.from(commonName)))));
}

function utcTime(at: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(at).toISOString().replaceAll(/\D/g, '').slice(2, 14)}Z`));
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));
