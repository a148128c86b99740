import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../command-line.js';
import { archiveOf } from './archive-of.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'guichet-articles-'));
  await mkdir(join(folder, 'help'));
  await writeFile(join(folder, 'help/a.md'), '# A');
  await writeFile(join(folder, 'help.zip'), 'PK');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const { signal } = new AbortController();
const archived = async (path: string, history = false) =>
  Buffer.from(await archiveOf(join(folder, path), { history, signal })).toString('latin1');

it('sends a file as it is, and a folder as tar', async () => {
  expect(await archived('help.zip')).toBe('PK');
  expect(await archived('help')).toContain('a.md');
});

it('sends the history of a folder in a repository', async () => {
  const git = (...args: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=Ann', '-c', 'user.email=a@example.org', '-C', folder, ...args], {
      stdio: 'ignore',
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-m', 'begin');
  const history = await archived('help', true);
  expect(history).toMatch(/^(?:blob|reset|feature)/);
  expect(history).toContain('M 100644 :1 help/a.md');
});

it('says what is wrong', async () => {
  await expect(archived('nothing')).rejects.toThrow(/^There is no /);
  await expect(archived('help.zip', true)).rejects.toThrow('--history is of a folder');
  const outside = await mkdtemp(join(tmpdir(), 'guichet-no-git-'));
  await expect(archiveOf(outside, { history: true, signal })).rejects.toThrow(UsageError);
  await rm(outside, { recursive: true });
});
