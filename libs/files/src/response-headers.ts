import type { FileType } from './file-type.js';
import { isPictureType } from './picture-size.js';

export interface SentFile {
  readonly type: FileType;
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** RFC 8187: what is no letter, digit or one of a few signs is percent-encoded. */
const encoded = (name: string) =>
  encodeURIComponent(name).replace(/['()*!]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

/** RFC 6266. The first form is for programs that do not read the second. */
function disposition(kind: 'inline' | 'attachment', name: string): string {
  const plain = name.normalize('NFD').replace(/[^\x20-\x7e]|["\\%]/g, '_');
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded(name)}`;
}

/**
 * Headers with which a file is sent. Whatever it contains, a browser takes it for nothing but its type and runs nothing
 * of it; only pictures are shown, everything else is saved.
 */
export const responseHeaders = ({ type, name, bytes, sha256 }: SentFile): Readonly<Record<string, string>> => ({
  'content-type': type === 'text/plain' ? 'text/plain; charset=utf-8' : type,
  'content-length': String(bytes),
  'content-disposition': disposition(isPictureType(type) ? 'inline' : 'attachment', name),
  'content-security-policy': "sandbox; default-src 'none'",
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-site',
  etag: `"${sha256}"`,
});
