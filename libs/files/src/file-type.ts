import { fileTypeFromBuffer } from 'file-type';
import { fileLimits, refusedFile } from './file-store.js';
import { isPictureType, type PictureSize, pictureSize } from './picture-size.js';

/** What may be stored, by what the content is; what a browser would run (SVG, HTML) and macros are not among it. */
const extensions = {
  'image/png': 'png',
  'image/apng': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'text/plain': 'txt',
} as const;

export type FileType = keyof typeof extensions;

export interface InspectedFile {
  readonly type: FileType;
  /** As it is offered for saving: without a path, and with the ending of its type. */
  readonly name: string;
  /** Of a picture. */
  readonly size?: PictureSize;
}

const isAllowed = (type: string): type is FileType => Object.hasOwn(extensions, type);

/** Text that a browser or another program would take for markup. */
const markup = /^[\s\ufeff]*<[a-z!?/]/i;

/** Logs of terminals have their colours in them. */
const escape = '\u001b';

/** UTF-8 without control characters that no text has. A character that the end of the head cuts is forgiven. */
function isText(head: Uint8Array, isWhole: boolean): boolean {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: !isWhole });
    const hasControls = /(?![\t\n\f\r])\p{Cc}/u.test(text.replaceAll(escape, ''));
    return text !== '' && !markup.test(text) && !hasControls;
  } catch {
    return false;
  }
}

/** Endings of text that may stay; another becomes `.txt`. */
const textEndings = new Set(['txt', 'csv', 'tsv', 'log', 'md', 'json', 'yaml', 'yml', 'ini', 'conf']);
const mostLetters = 100;

/** No path, no characters that hide or turn text, and an ending that says what it is. */
function safeName(name: string, type: FileType): string {
  const last = name.normalize('NFC').split(/[/\\]/).at(-1) ?? '';
  const clean = last
    .replace(/[\p{C}\p{Zl}\p{Zp}"*:<>?|]/gu, '')
    .replace(/\s+/g, ' ')
    .replace(/^[. ]+/, '');
  const dot = clean.lastIndexOf('.');
  const stem = dot > 0 ? clean.slice(0, dot) : clean;
  const ending = dot > 0 ? clean.slice(dot + 1).toLowerCase() : '';
  const fits = ending === extensions[type] || (type === 'text/plain' && textEndings.has(ending));
  const isJpeg = type === 'image/jpeg' && ending === 'jpeg';
  const kept = [...stem].slice(0, mostLetters).join('').trimEnd() || 'file';
  return `${kept}.${fits || isJpeg ? ending : extensions[type]}`;
}

function mustBeShowable(size: PictureSize | undefined): PictureSize {
  if (!size) throw refusedFile('picture-unreadable', 'The picture does not say how large it is; save it anew.');
  const { width, height } = size;
  if (width * height <= fileLimits.pixels && Math.max(width, height) <= fileLimits.sidePixels) return size;
  const message =
    `The picture has ${width} × ${height} pixels; ${fileLimits.pixels} in all and ${fileLimits.sidePixels} a side ` +
    'are allowed. Make it smaller.';
  throw refusedFile('picture-too-large', message, { width, height });
}

/** The type by the content's signature. The library fails on some archives that are damaged: those have none. */
async function sniffedType(head: Uint8Array): Promise<string | undefined> {
  try {
    return (await fileTypeFromBuffer(head))?.mime;
  } catch {
    return undefined;
  }
}

/**
 * What a file is, by its content: neither its name nor what the sender says is believed.
 * @param head the first `fileLimits.headBytes` bytes, or all of a shorter file
 * @param name as the sender calls it
 * @throws DomainError `file-type-refused`, `picture-unreadable` or `picture-too-large`
 */
export async function inspectFile(head: Uint8Array, name: string): Promise<InspectedFile> {
  const isWhole = head.length < fileLimits.headBytes;
  const type = (await sniffedType(head)) ?? (isText(head, isWhole) ? 'text/plain' : 'unknown');
  if (!isAllowed(type)) {
    const message =
      'Pictures (PNG, JPEG, GIF, WebP), PDF, plain text in UTF-8 and office documents without macros are allowed; ' +
      `this file is ${type === 'unknown' ? 'none of them' : type}.`;
    throw refusedFile('file-type-refused', message, { type });
  }
  const size = isPictureType(type) ? mustBeShowable(pictureSize(type, head)) : undefined;
  return { type, name: safeName(name, type), ...(size && { size }) };
}
