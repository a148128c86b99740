import fc from 'fast-check';
import { inMemory, tarOf, zipOf } from '../../testing/archives.js';
import { type ArchiveFile, archiveLimits, safePath } from './archive.js';
import { filesOf } from './archive-files.js';

const read = async (files: readonly ArchiveFile[]) =>
  Promise.all(
    files.map(async ({ path, at, read: content }) => ({
      ...{ path, at },
      content: content && Buffer.from(await content()).toString('utf8'),
    })),
  );
const contents = async (archive: Uint8Array | string) => read(await filesOf(inMemory(archive)));
const codeOf = async (archive: Uint8Array | string) =>
  contents(archive).then(
    () => 'read',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );

const at = '2024-05-06T07:08:09.123Z';
const long = `${'folder/'.repeat(40)}żółć.md`;

describe('a tar archive', () => {
  it('is read as it was packed, with long names, times to the millisecond and a path several times', async () => {
    const files = [
      { path: 'a/b.md', content: 'one', at },
      { path: long, content: 'x'.repeat(1000), at },
      { path: 'a/b.md', content: '', at: '2024-05-06T07:08:09.124Z' },
    ];
    expect(await contents(tarOf(...files))).toEqual(files);
  });

  it('of anything is read as it was packed', async () => {
    const anyFile = fc.record({
      path: fc
        .array(
          fc.stringMatching(/^[\p{L}\d_ -]{1,60}$/u).filter((part) => part.trim() !== ''),
          { minLength: 1, maxLength: 5 },
        )
        .map((parts) => parts.join('/')),
      content: fc.string({ unit: 'grapheme', maxLength: 2_000 }),
      at: fc
        .date({ min: new Date(0), max: new Date('2200-01-01'), noInvalidDate: true })
        .map((date) => date.toISOString()),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyFile, { minLength: 1, maxLength: 5 }), async (files) => {
        expect(await contents(tarOf(...files))).toEqual(files);
      }),
      { numRuns: 100 },
    );
  });

  it('that is damaged is refused', async () => {
    const whole = tarOf({ path: 'a.md', content: 'text' });
    const changed = Uint8Array.from(whole);
    changed[1030] = 0x41;
    for (const damaged of [whole.subarray(0, 1600), changed]) expect(await codeOf(damaged)).toBe('archive-damaged');
  });
});

describe('a zip archive', () => {
  const files = [
    { path: 'a/b.md', content: 'one' },
    { path: 'ż.md', content: 'x'.repeat(5_000) },
  ];

  it('is read as it was packed', async () => {
    expect((await contents(zipOf(files))).map(({ path, content }) => ({ path, content }))).toEqual(files);
  });

  it('that says less than it holds is refused, as is one that is encrypted or cut off', async () => {
    expect(await codeOf(zipOf(files, { bytes: 10 }))).toBe('archive-damaged');
    expect(await codeOf(zipOf(files, { flags: 1 }))).toBe('archive-encrypted');
    expect(await codeOf(zipOf(files).subarray(0, -10))).toBe('archive-damaged');
  });

  it('that would unpack to more than allowed is refused before anything is unpacked', async () => {
    const bomb = [
      { path: 'a.md', content: 'x' },
      { path: 'b.md', content: 'x' },
    ];
    expect(await codeOf(zipOf(bomb, { bytes: archiveLimits.unpackedBytes - 1 }))).toBe('archive-too-large');
  });
});

describe('a Git history', () => {
  const history = [
    ...['blob', 'mark :1', 'data 3', 'one', 'blob', 'mark :2', 'data 4', 'two', ''],
    ...['reset refs/heads/main', 'commit refs/heads/main', 'mark :3'],
    ...['author Ann <ann@example.org> 1714000000 +0200', 'committer Ann <ann@example.org> 1714000001 +0200'],
    ...['data 6', 'begin', 'M 100644 :1 docs/a.md', 'M 120000 :1 link', ''],
    ...['commit refs/heads/main', 'mark :4', 'committer Ann <ann@example.org> 1714000002 +0200', 'data 4', 'more'],
    ...['from :3', 'M 100644 :2 "docs/\\305\\274.md"', 'M 100644 inline docs/c.md', 'data 5', 'three', ''],
    ...['commit refs/heads/main', 'committer Ann <ann@example.org> 1714000003 +0200', 'data 0', ''],
    ...['R docs/a.md docs/b.md', 'D docs/c.md', ''],
  ].join('\n');

  it('has every version of every file, with the dates of the commits', async () => {
    expect(await contents(history)).toEqual([
      { path: 'docs/a.md', at: '2024-04-24T23:06:41.000Z', content: 'one' },
      { path: 'docs/ż.md', at: '2024-04-24T23:06:42.000Z', content: 'two\n' },
      { path: 'docs/c.md', at: '2024-04-24T23:06:42.000Z', content: 'three' },
      { path: 'docs/a.md', at: '2024-04-24T23:06:43.000Z', content: null },
      { path: 'docs/b.md', at: '2024-04-24T23:06:43.000Z', content: 'one' },
      { path: 'docs/c.md', at: '2024-04-24T23:06:43.000Z', content: null },
    ]);
  });

  it.each([
    [
      'with several branches',
      history.replace('commit refs/heads/main\nmark :4', 'commit refs/heads/other\nmark :4'),
      'several-branches',
    ],
    ['without contents', history.replace('M 100644 :2', 'M 100644 :9'), 'archive-damaged'],
    ['that is cut off', history.slice(0, 30), 'archive-damaged'],
    ['with something else in it', history.replace('reset refs', 'run rm\nreset refs'), 'archive-damaged'],
    ['without a commit', 'blob\nmark :1\ndata 3\none\n', 'archive-damaged'],
    ['that leads out of its folder', history.replace('docs/c.md', '../c.md'), 'archive-unsafe'],
  ])('%s is refused', async (_, damaged, code) => expect(await codeOf(damaged)).toBe(code));
});

it.each([
  '../a',
  'a/../../b',
  '/etc/passwd',
  'a//b',
  'a/./b',
  'C:\\a',
  'c:/a',
  'a\\..\\b',
  '',
  'a\0b',
  'a/',
  'x'.repeat(1001),
])('the path %j is refused, in every archive', async (path) => {
  expect(() => safePath(path)).toThrow(/leads out of its folder/);
  if (path !== '' && !path.includes('\0')) expect(await codeOf(tarOf({ path, content: 'x' }))).toBe('archive-unsafe');
  if (path !== '' && !path.endsWith('/')) expect(await codeOf(zipOf([{ path, content: 'x' }]))).toBe('archive-unsafe');
});

it('something else is refused', async () => {
  for (const other of ['', 'a text', '%PDF-1.7', '{"articles": []}'])
    expect(await codeOf(other)).toBe('archive-unknown');
});
