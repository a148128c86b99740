/** What the program `git` itself writes, and the program `tar`. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inMemory } from '../../testing/archives.js';
import { filesOf } from './archive-files.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-git-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const git = (...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.org', '-C', folder, ...args], {
    env: { ...process.env, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
let date = '';
async function commit(at: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  date = at;
  git('add', '-A');
  git('commit', '-m', `As of ${at}\n\nM 100644 :1 trap.md\n`);
}
const read = async (archive: Uint8Array) =>
  Promise.all(
    (await filesOf(inMemory(archive))).map(async ({ path, at, read: content }) => ({
      ...{ path, at, content: content && Buffer.from(await content()).toString('utf8') },
    })),
  );

it('is read with all branches merged into one, renames, and names that are quoted', async () => {
  git('init', '-q', '-b', 'main');
  await commit('2024-01-01T10:00:00+01:00', { 'a.md': 'one\n', 'docs/żółty "kot".md': 'two\n' });
  git('checkout', '-q', '-b', 'side');
  await commit('2024-01-02T10:00:00Z', { 'side.md': 'three' });
  git('checkout', '-q', 'main');
  await rename(join(folder, 'a.md'), join(folder, 'docs/b.md'));
  await commit('2024-01-03T10:00:00Z', { 'docs/żółty "kot".md': 'two, again\n' });
  git('merge', '-q', '--no-ff', '-m', 'Together', 'side');
  git('tag', '-a', 'v1', '-m', 'A tag');
  const found = await read(git('fast-export', '--reencode=yes', '--signed-tags=strip', 'HEAD'));
  expect(found.map(({ path, content }) => [path, content])).toEqual(
    expect.arrayContaining([
      ['a.md', 'one\n'],
      ['docs/żółty "kot".md', 'two\n'],
      ['docs/żółty "kot".md', 'two, again\n'],
      ['side.md', 'three'],
      ['docs/b.md', 'one\n'],
      ['a.md', null],
    ]),
  );
  expect(found[0]).toEqual({ path: 'a.md', at: '2024-01-01T09:00:00.000Z', content: 'one\n' });
  expect(found.map(({ path }) => path)).not.toContain('trap.md');
});

it('of a folder that tar has packed is read', async () => {
  await mkdir(join(folder, 'docs'));
  await writeFile(join(folder, 'docs/a.md'), 'one');
  const long = `${'x'.repeat(120)}.md`;
  await writeFile(join(folder, long), 'two');
  const found = await read(execFileSync('tar', ['-cf', '-', '-C', folder, '.']));
  expect(found.map(({ path, content }) => [path, content]).sort()).toEqual([
    ['docs/a.md', 'one'],
    [long, 'two'],
  ]);
});
