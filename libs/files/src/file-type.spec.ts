import fc from 'fast-check';
import { deflateRawSync } from 'node:zlib';
import { fileLimits } from './file-store.js';
import { type FileType, inspectFile } from './file-type.js';
import { pictureSize } from './picture-size.js';
import { responseHeaders } from './response-headers.js';

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))));
const uint32 = (value: number) => [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255];

const png = (width: number, height: number) =>
  bytes(
    [0x89],
    'PNG\r\n\x1a\n',
    uint32(13),
    'IHDR',
    uint32(width),
    uint32(height),
    [8, 6, 0, 0, 0],
    uint32(0),
    uint32(0),
    'IDAT',
  );
const gif = (width: number, height: number) =>
  bytes('GIF89a', [width & 255, width >> 8, height & 255, height >> 8, 0, 0, 0], ';');
const jpeg = (width: number, height: number) =>
  bytes(
    [0xff, 0xd8, 0xff, 0xe0, 0, 16],
    'JFIF\0',
    new Array(9).fill(0),
    [0xff, 0xe1, 0, 6],
    'Exif',
    [0xff, 0xff, 0xc2, 0, 11, 8],
    [height >> 8, height & 255, width >> 8, width & 255, ...[1, 1, 17, 0]],
  );
const webp = (width: number, height: number) =>
  bytes(
    'RIFF',
    [50, 0, 0, 0],
    'WEBPVP8X',
    [10, 0, 0, 0, 0, 0, 0, 0],
    [
      ...[(width - 1) & 255, ((width - 1) >> 8) & 255, (width - 1) >> 16],
      ...[(height - 1) & 255, ((height - 1) >> 8) & 255, (height - 1) >> 16],
    ],
  );
const webpLossless = (width: number, height: number) => {
  const bits = (width - 1) | ((height - 1) << 14);
  return bytes('RIFF', [50, 0, 0, 0], 'WEBPVP8L', [10, 0, 0, 0, 0x2f], uint32(bits).reverse(), new Array(9).fill(0));
};
const webpLossy = (width: number, height: number) =>
  bytes(
    'RIFF',
    [50, 0, 0, 0],
    'WEBPVP8 ',
    [10, 0, 0, 0, 0, 0, 0, 0x9d, 1, 0x2a],
    [width & 255, width >> 8, height & 255, height >> 8],
  );

/** A zip archive of these files; lengths and names are right, checksums are not asked for. */
function zip(files: Readonly<Record<string, string>>) {
  return Buffer.concat(
    Object.entries(files).map(([name, content]) => {
      const data = deflateRawSync(content);
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(20, 4);
      header.writeUInt16LE(8, 8);
      header.writeUInt32LE(data.length, 18);
      header.writeUInt32LE(content.length, 22);
      header.writeUInt16LE(name.length, 26);
      return Buffer.concat([header, Buffer.from(name), data]);
    }),
  );
}
const office = (main: string) => zip({ '[Content_Types].xml': `<Types><Override ContentType="${main}+xml"/></Types>` });
const word = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const macros = 'application/vnd.ms-word.document.macroEnabled';

const refused = (code: string) => expect.objectContaining({ code, kind: 'invalid' });

describe('what may be stored', () => {
  it.each<[string, Buffer, FileType]>([
    ['PNG', png(10, 20), 'image/png'],
    ['GIF', gif(10, 20), 'image/gif'],
    ['JPEG', jpeg(10, 20), 'image/jpeg'],
    ['WebP', webp(10, 20), 'image/webp'],
  ])('%s, with its size', async (_, content, type) => {
    expect(await inspectFile(content, 'x')).toMatchObject({ type, size: { width: 10, height: 20 } });
  });

  it.each<[string, Buffer, FileType]>([
    ['PDF', bytes('%PDF-1.7\n%\xe2\xe3\xcf\xd3\n'), 'application/pdf'],
    ['a Word document', office(`${word}.main`), word],
    ['an OpenDocument text', bytes(zip({}).toString('latin1'), odt()), 'application/vnd.oasis.opendocument.text'],
    ['text', Buffer.from('Zażółć\tgęślą\r\njaźń 日本 😀'), 'text/plain'],
    ['a table', Buffer.from('a;b\n1;2\n'), 'text/plain'],
    ['text about HTML', Buffer.from('Use <script> with care, 1 < 2'), 'text/plain'],
  ])('%s', async (_, content, type) => expect((await inspectFile(content, 'x')).type).toBe(type));
});

/** OpenDocument keeps its type uncompressed in the first file. */
function odt(): string {
  const [name, type] = ['mimetype', 'application/vnd.oasis.opendocument.text'];
  const header = Buffer.alloc(30);
  header.writeUInt32LE(0x04034b50, 0);
  header.writeUInt32LE(type.length, 18);
  header.writeUInt32LE(type.length, 22);
  header.writeUInt16LE(name.length, 26);
  return header.toString('latin1') + name + type;
}

describe('what may not', () => {
  it.each<[string, Buffer]>([
    ['SVG', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['SVG with a header', Buffer.from('<?xml version="1.0"?>\n<svg/>')],
    ['HTML', Buffer.from('\ufeff\n <!DOCTYPE html><script>alert(1)</script>')],
    ['HTML without a header', Buffer.from('<b onclick=x>')],
    ['a comment before markup', Buffer.from('<!-- --><html>')],
    ['a program', bytes('\x7fELF\x02\x01\x01', new Array(60).fill(0))],
    ['a Windows program', bytes('MZ', new Array(100).fill(0))],
    ['an archive', zip({ 'a.txt': 'a' })],
    ['a document with macros', office(`${macros}.main`)],
    ['an old Word document', bytes([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], new Array(600).fill(0))],
    ['text with NUL', Buffer.from('a\0b')],
    ['text that is not UTF-8', bytes('caf\xe9 au lait')],
    ['text in UTF-16', Buffer.from('\ufeffabc', 'utf16le')],
    ['nothing', Buffer.alloc(0)],
  ])('%s', async (_, content) => {
    await expect(inspectFile(content, 'x.png')).rejects.toEqual(refused('file-type-refused'));
  });

  it.each<[string, Buffer]>([
    ['many pixels', png(10_000, 5_001)],
    ['a long side', gif(16_385, 1)],
    ['the largest JPEG', jpeg(65_535, 65_535)],
    ['the largest WebP', webp(2 ** 24, 2 ** 24)],
    ['the largest PNG', png(0xffffffff, 0xffffffff)],
  ])('a picture with %s', async (_, content) => {
    await expect(inspectFile(content, 'x')).rejects.toEqual(refused('picture-too-large'));
  });

  it.each<[string, Buffer]>([
    ['no width', png(0, 10)],
    ['a cut header', gif(10, 10).subarray(0, 9)],
    ['no frame', jpeg(10, 10).subarray(0, 20)],
    ['a broken segment', bytes([0xff, 0xd8, 0xff, 0xe0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])],
  ])('a picture with %s', async (_, content) => {
    await expect(inspectFile(content, 'x')).rejects.toEqual(refused('picture-unreadable'));
  });
});

describe('a file that is several things', () => {
  it.each<[string, Buffer, FileType]>([
    ['GIF and script', bytes(gif(0x2a2f, 10).toString('latin1'), '*/=1;alert(1)'), 'image/gif'],
    ['PNG and HTML', bytes(png(1, 1).toString('latin1'), '<script>alert(1)</script>'), 'image/png'],
    ['PDF and HTML', bytes('%PDF-1.4\n<html><script>alert(1)</script>'), 'application/pdf'],
    ['JPEG and archive', Buffer.concat([jpeg(1, 1), zip({ 'a.class': 'x' })]), 'image/jpeg'],
  ])('%s: is sent as one, and runs as none', async (_, content, type) => {
    const inspected = await inspectFile(content, 'x.html');
    expect(inspected.type).toBe(type);
    expect(inspected.name).not.toContain('html');
    const headers = responseHeaders({ ...inspected, bytes: content.length, sha256: 'ab' });
    expect(headers).toMatchObject({
      'content-type': type,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
  });

  it('never fails but by a refusal', async () => {
    const starts = [png(1, 1), gif(1, 1), jpeg(1, 1), webp(1, 1), office(word), bytes('%PDF'), Buffer.from('<?xml ')];
    const anyFile = fc
      .tuple(fc.constantFrom(...starts), fc.nat(40), fc.uint8Array({ maxLength: 80 }))
      .map(([start, cut, rest]) => Buffer.concat([start.subarray(0, start.length - cut), rest]));
    await fc.assert(
      fc.asyncProperty(anyFile, async (content) => {
        const codes = ['file-type-refused', 'picture-unreadable', 'picture-too-large'];
        const answer = await inspectFile(content, 'x').catch((error: { code: string }) => error.code);
        if (typeof answer === 'string') expect(codes).toContain(answer);
        else if (answer.size) expect(answer.size.width * answer.size.height).toBeLessThanOrEqual(fileLimits.pixels);
      }),
      { numRuns: 500 },
    );
  });
});

it('reads each form of WebP', () => {
  for (const form of [webp, webpLossless, webpLossy])
    expect(pictureSize('image/webp', form(300, 200))).toEqual({ width: 300, height: 200 });
});

describe('names', () => {
  it.each([
    ['C:\\Users\\me\\cat.PNG', 'cat.png'],
    ['../../etc/passwd', 'passwd.png'],
    ['cat.html', 'cat.png'],
    ['cat.png.html', 'cat.png.png'],
    ['.htaccess', 'htaccess.png'],
    ['evil\u202egnp.exe', 'evilgnp.png'],
    ['a"b\r\nSet-Cookie: x.png', 'abSet-Cookie x.png'],
    ['', 'file.png'],
    ['żółw 日本.png', 'żółw 日本.png'],
    ['a'.repeat(300), `${'a'.repeat(100)}.png`],
  ])('%j becomes %j', async (name, safe) => expect((await inspectFile(png(1, 1), name)).name).toBe(safe));

  it('keep endings of text that say what it is', async () => {
    const nameOf = async (name: string) => (await inspectFile(Buffer.from('a,b'), name)).name;
    expect(await nameOf('a.csv')).toBe('a.csv');
    expect(await nameOf('a.js')).toBe('a.txt');
    expect((await inspectFile(jpeg(1, 1), 'a.jpeg')).name).toBe('a.jpeg');
  });

  it('are sent in both forms', () => {
    const headers = responseHeaders({ type: 'application/pdf', name: `żółw's "5" %.pdf`, bytes: 7, sha256: 'ab' });
    expect(headers['content-disposition']).toBe(
      `attachment; filename="z_o__w's _5_ _.pdf"; filename*=UTF-8''%C5%BC%C3%B3%C5%82w%27s%20%225%22%20%25.pdf`,
    );
    expect(responseHeaders({ type: 'image/png', name: 'a.png', bytes: 7, sha256: 'ab' })).toMatchObject({
      'content-disposition': `inline; filename="a.png"; filename*=UTF-8''a.png`,
      'content-length': '7',
      etag: '"ab"',
    });
    expect(responseHeaders({ type: 'text/plain', name: 'a.txt', bytes: 7, sha256: 'ab' })['content-type']).toBe(
      'text/plain; charset=utf-8',
    );
  });
});
