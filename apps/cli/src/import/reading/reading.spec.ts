import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { type CsvOptions, readCsv } from './csv.js';
import { readArray, readLines } from './json.js';
import { openText } from './text.js';

async function* pieces(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}
async function all<T>(batches: AsyncIterable<readonly T[]>): Promise<T[]> {
  const found: T[] = [];
  for await (const batch of batches) found.push(...batch);
  return found;
}
const csv = async (text: string, size = 7, options?: CsvOptions) =>
  (await all(readCsv(pieces(text, size), options))).map(({ line, fields, broken }) =>
    broken ? [line, broken] : [line, ...fields],
  );

describe('CSV', () => {
  it.each([1, 2, 3, 5, 1000])('is read in pieces of %i characters', async (size) =>
    expect(await csv('a,b\r\n1,"x, ""y""\r\nz"\n\n,\n"",end', size)).toEqual([
      [1, 'a', 'b'],
      [2, '1', 'x, "y"\r\nz'],
      [5, '', ''],
      [6, '', 'end'],
    ]),
  );
  it('takes a quote within a field for what it is', async () =>
    expect(await csv('5" disk,b\n')).toEqual([[1, '5" disk', 'b']]));
  it('has other delimiters and quotes', async () =>
    expect(await csv("'a;b';c\n", 3, { delimiter: ';', quote: "'" })).toEqual([[1, 'a;b', 'c']]));
  it('passes over a title, and takes the delimiter that Excel names', async () => {
    expect(await csv('Report\nof "May\n\na,b\n1,2\n', 3, { skip: 3 })).toEqual([
      [4, 'a', 'b'],
      [5, '1', '2'],
    ]);
    expect(await csv('sep=;\r\na;b\n', 1_000)).toEqual([[2, 'a', 'b']]);
    expect(await csv('sep=;\na,b\n', 1_000, { delimiter: ',' })).toEqual([[2, 'a', 'b']]);
  });
  it('has lines that end in a carriage return alone', async () =>
    expect(await csv('a,b\r1,2\r', 1_000)).toEqual([
      [1, 'a', 'b'],
      [2, '1', '2'],
    ]));
  it('goes on after a broken record', async () =>
    expect(await csv('a,b\n1,"x"y\n2,z\n3,"open\n4,w\n', 4)).toEqual([
      [1, 'a', 'b'],
      [2, 'there is text after the closing quote of a field'],
      [3, '2', 'z'],
      [4, 'a quoted field has no end'],
      [5, '4', 'w'],
    ]));
  it('gives up a quote that is open for too long, not the file', async () => {
    const rows = Array.from({ length: 150_000 }, (_, index) => `${index},plain`).join('\n');
    const read = await csv(`0,"open\n${rows}\n`, 65_536);
    expect(read[0]).toEqual([1, 'a quoted field has no end']);
    expect(read).toHaveLength(150_001);
  });
  it('reads back any fields, in pieces of any size', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.array(fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é') }), {
            minLength: 2,
            maxLength: 3,
          }),
          { maxLength: 6 },
        ),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          const text = rows
            .map((fields) => `${fields.map((field) => `"${field.replaceAll('"', '""')}"`).join(',')}\r\n`)
            .join('');
          expect((await csv(text, size)).map(([, ...fields]) => fields)).toEqual(rows);
        },
      ),
    ));
});

describe('JSON', () => {
  it('one value per line', async () =>
    expect(await all(readLines(pieces('{"a":1}\n\n {"b":"\\n"}\r\n[3]', 3)))).toEqual([
      { line: 1, text: '{"a":1}' },
      { line: 3, text: ' {"b":"\\n"}\r' },
      { line: 4, text: '[3]' },
    ]));
  it.each([1, 2, 5, 1000])('the elements of one array, in pieces of %i characters', async (size) =>
    expect(await all(readArray(pieces('[\n {"a":"],[\\""},\n\n {"b":[1,{"c":2}]},3\n]\n', size)))).toEqual([
      { line: 2, text: '{"a":"],[\\""}' },
      { line: 4, text: '{"b":[1,{"c":2}]}' },
      { line: 4, text: '3' },
    ]),
  );
  it.each([1, 2, 5, 1000])('one array within an object, also of several pages, in pieces of %i', async (size) => {
    const page = (n: number) =>
      `{"count":9,"data":{"x":[{"id":0}],"tickets":[{"id":${n},"data":{"tickets":[7]}}]},"tickets":[5]}\n`;
    expect((await all(readArray(pieces(page(1) + page(2), size), 'data.tickets'))).map(({ text }) => text)).toEqual([
      '{"id":1,"data":{"tickets":[7]}}',
      '{"id":2,"data":{"tickets":[7]}}',
    ]);
    await expect(all(readArray(pieces(page(1), size), 'data.ticket'))).rejects.toThrow(
      'the file has no list at file.path "data.ticket"; its lists are data.x, data.tickets',
    );
  });
  it('an empty array', async () => expect(await all(readArray(pieces('[ ]', 1)))).toEqual([]));
  it.each([
    ['{"a":1}', /one JSON object, no array$/],
    ['{"a":1}\n{"a":2}', /one object per line say file.format: jsonl/],
    ['{"meta":[1],"data":{"tickets":[{"a":1}]}}', /its lists are data.tickets: say file: { path: data.tickets }/],
    ['hello', /no JSON array/],
    ['[1,', /ends before its array does/],
    [' ', /the file is empty/],
    ['[1] 2', /follows the array/],
  ])('%s is refused', async (text, message) => expect(all(readArray(pieces(text, 2)))).rejects.toThrow(message));
});

describe('a file as text', () => {
  const folder = mkdtempSync(join(tmpdir(), 'guichet-text-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = async (bytes: Buffer, encoding?: string) => {
    const file = join(folder, 'file');
    writeFileSync(file, bytes);
    const { chunks, digest } = openText(file, encoding);
    let text = '';
    for await (const chunk of chunks) text += chunk;
    expect(digest.digest('hex')).toBe(createHash('sha256').update(bytes).digest('hex'));
    return text;
  };
  it.each<[string, Buffer, string | undefined]>([
    ['UTF-8', Buffer.from('Zoë ☎'), undefined],
    ['UTF-8 with a mark', Buffer.from('\ufeffZoë ☎'), undefined],
    ['gzip', gzipSync('Zoë ☎'), undefined],
    ['gzip in two members', Buffer.concat([gzipSync('Zoë'), gzipSync(' ☎')]), undefined],
    ['UTF-16', Buffer.from('Zoë ☎', 'utf16le'), 'utf-16le'],
    ['UTF-16 with a mark, whatever the mapping says', Buffer.from('\ufeffZoë ☎', 'utf16le'), 'utf-8'],
  ])('%s', async (_, bytes, encoding) => expect(await read(bytes, encoding)).toBe('Zoë ☎'));
  it('Latin 1', async () => expect(await read(Buffer.from('Zoë', 'latin1'), 'latin1')).toBe('Zoë'));
  it.each(['utf-16le', 'utf-16be'])('%s without a word of it', async (encoding) => {
    const bytes = Buffer.from('id,who\n1,Zoë', 'utf16le');
    expect(await read(encoding === 'utf-16le' ? bytes : bytes.swap16())).toBe('id,who\n1,Zoë');
  });
  it.each([
    ['a workbook', Buffer.from('504b030414000600', 'hex'), /a ZIP or Excel file: .*save the sheet as CSV UTF-8/],
    ['an old workbook', Buffer.from('d0cf11e0a1b11ae1', 'hex'), /an old Excel file/],
    ['a page', Buffer.from('\n<!DOCTYPE html><html>'), /a web page/],
    ['zstd', Buffer.from('28b52ffd00000000', 'hex'), /compress it with gzip/],
  ])('%s is no text', async (_, bytes, message) => expect(read(bytes)).rejects.toThrow(message));
  it('nothing', async () => expect(await read(Buffer.alloc(0))).toBe(''));
  it('large and compressed', async () => {
    const text = Array.from({ length: 300_000 }, (_, index) => `line ${index} é\n`).join('');
    expect(await read(gzipSync(text))).toBe(text);
  });
  it('compressed a thousandfold without an end of line is given up, and the rest never unpacked', async () => {
    const file = join(folder, 'bomb');
    writeFileSync(file, gzipSync(Buffer.alloc(256 << 20, 'x')));
    let unpacked = 0;
    const counted = async function* () {
      for await (const chunk of openText(file, undefined).chunks) {
        unpacked += chunk.length;
        yield chunk;
      }
    };
    await expect(all(readCsv(counted()))).rejects.toThrow('line 1 has no end within 16777216 characters');
    // What a line may have, and the piece that was too much.
    expect(unpacked).toBeGreaterThan(1 << 24);
    expect(unpacked).toBeLessThanOrEqual((1 << 24) + (1 << 18));
  });
  it.each([
    ['cut off', gzipSync('x'.repeat(100_000)).subarray(0, 60)],
    ['damaged', Buffer.concat([gzipSync('hello').subarray(0, 12), Buffer.from('damage')])],
  ])('gzip that is %s is told, not hung on', async (_, bytes) =>
    expect(read(bytes)).rejects.toThrow(/cut off|damaged/),
  );
});
