import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from 'node:crypto';
import type { StoredData } from '../event-versions.js';

/**
 * Which texts of an event are about a person. They are sealed under the key of that person, wherever the event is kept,
 * and cannot be read any more once the key is gone.
 */
export interface PersonalTexts {
  /** Name of the field that says who the person is. It stays readable, so it is a pseudonym. */
  readonly person: string;
  /** Names of the fields that are sealed: texts, at the top of the event's data. */
  readonly texts: readonly string[];
}

/** What stands in the log instead of the texts, in the field `sealed`. */
interface Sealed {
  /** Names of the texts that the event has. */
  readonly texts: readonly string[];
  /** Nonce, tag and the texts' JSON as ciphertext, as base64. Empty where the person was forgotten before. */
  readonly box: string;
}

const algorithm = 'aes-256-gcm';
const [nonceBytes, tagBytes] = [12, 16];
const options = { authTagLength: tagBytes };

/**
 * The data with the texts sealed by AES-256-GCM (NIST SP 800-38D, 96-bit nonce of chance). Without a key the texts are
 * lost.
 * @throws TypeError if one of the fields holds something else than a text
 */
export function seal(data: StoredData, texts: readonly string[], key: KeyObject | undefined): StoredData {
  const present = texts.filter((name) => data[name] !== undefined);
  if (present.length === 0) return data;
  const clear: Record<string, unknown> = {};
  for (const name in data) if (!present.includes(name)) clear[name] = data[name];
  const values = present.map((name) => {
    const value = data[name];
    if (typeof value !== 'string') throw new TypeError(`${name} is to be sealed, and is no text.`);
    return value;
  });
  clear['sealed'] = { texts: present, box: key ? boxOf(JSON.stringify(values), key) : '' } satisfies Sealed;
  return clear;
}

/**
 * The data as it was before it was sealed; with empty texts where the key is gone.
 * @throws Error if it was sealed under another key, or has been changed
 */
export function unseal(data: StoredData, key: KeyObject | undefined): StoredData {
  const sealed = data['sealed'] as Sealed | undefined;
  if (!sealed) return data;
  const values = key && sealed.box ? (JSON.parse(opened(sealed.box, key)) as string[]) : [];
  const clear: Record<string, unknown> = {};
  for (const name in data) if (name !== 'sealed') clear[name] = data[name];
  sealed.texts.forEach((name, i) => (clear[name] = values[i] ?? ''));
  return clear;
}

export const isSealed = (data: unknown): boolean =>
  typeof data === 'object' && data !== null && (data as StoredData)['sealed'] !== undefined;

function boxOf(text: string, key: KeyObject): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, key, nonce, options);
  const body = cipher.update(text, 'utf8');
  cipher.final(); // a stream cipher has nothing left
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64');
}

function opened(box: string, key: KeyObject): string {
  const bytes = Buffer.from(box, 'base64');
  const decipher = createDecipheriv(algorithm, key, bytes.subarray(0, nonceBytes), options);
  decipher.setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes));
  const text = decipher.update(bytes.subarray(nonceBytes + tagBytes));
  decipher.final();
  return text.toString('utf8');
}
