/** What a newcomer does with what `npm start` prints, in a clone beside others. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '@guichet/testing';
import { Clone, processesIn, ready, type Started } from './clone.js';

const home = mkdtempSync(join(tmpdir(), 'guichet-first-minute-'));
let clone: Clone;
let npm: Started;
/** The usual port, taken by another program: unless something else on this machine has it anyhow. */
const other = createServer();

beforeAll(async () => {
  clone = Clone.at(join(home, 'my clone'));
  other.listen(3000, '127.0.0.1').on('error', () => undefined);
  npm = clone.npmStart({});
  await ready(npm, 300_000);
}, 400_000);
afterAll(async () => {
  npm.child.kill('SIGTERM');
  await npm.ended;
  await until('everything to end', () => processesIn(home).length === 0, 60_000);
  other.close();
  rmSync(home, { recursive: true, force: true });
}, 300_000);

const printed = (): string[] => npm.output().split('\n');
const commands = (): string[] => printed().flatMap((line) => /npm run -s token .*--role \w+(?=\)?$)/.exec(line) ?? []);
const addresses = (): string[] =>
  printed().flatMap((line) => /https?:\/\/[^\s"]+/.exec(line.replace(/curl .*/, '')) ?? []);

it('takes another port where the usual one is taken, and says so', () => {
  expect(npm.output()).toMatch(/Port 3000 is in use by another program/);
  expect(new Set(addresses().map((address) => new URL(address).port))).not.toContain('3000');
});

it('prints addresses that open', async () => {
  expect(addresses().length).toBeGreaterThanOrEqual(7);
  for (const address of addresses()) {
    const answer = await fetch(address);
    expect({ address, status: answer.status }).toEqual({ address, status: 200 });
  }
});

it('prints commands for tokens that are good, each time', async () => {
  const roles = commands().map((command) => command.split(' ').at(-1));
  expect(roles).toEqual(['agent', 'requester', 'analyst', 'analyst', 'reader']);
  const me = `${clone.address().url}/analytics/v1/kpis/backlog`;
  for (const command of [...commands(), ...commands()]) {
    const token = (await clone.shell(command)).trim();
    const { status } = await fetch(me, { headers: { authorization: `Bearer ${token}` } });
    const isRefused = /requester|reader/.test(command);
    expect({ command, status }).toEqual({ command, status: isRefused ? 403 : 200 });
  }
}, 300_000);

it('prints commands to try that answer with figures, and with articles', async () => {
  const lines = printed().map((line) => line.trim());
  const answers: unknown[] = [];
  for (const [at, line] of lines.entries()) {
    if (!line.startsWith('TOKEN=')) continue;
    const [token, call] = [line, lines[at + 1]?.replace('curl', 'curl -s') ?? ''];
    answers.push(JSON.parse(await clone.shell(`${token}\n${call}`)));
  }
  expect(answers).toEqual([
    expect.objectContaining({ kpi: 'backlog' }),
    expect.objectContaining({ requestedLocale: 'pl', items: expect.arrayContaining([expect.anything()]) as unknown }),
  ]);
}, 120_000);

it('has a forum in three languages, where a search finds an answer', async () => {
  const token = (await clone.shell('npm run -s token -- --tenant demo --role reader')).trim();
  const list = async (path: string): Promise<readonly object[]> => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${clone.address().url}/community/v1/${path}`, { headers });
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    return ((await answer.json()) as { items: readonly object[] }).items;
  };
  // It fills after the welcome.
  const some = (path: string) =>
    until(path, async () => (await list(path)).find((item) => 'number' in item), 180_000, 1_000);
  for (const locale of ['en', 'fr', 'pl']) expect(await some(`topics?locale=${locale}`)).toMatchObject({ locale });
  const found = await some('search?q=zwrot+drukarki&locale=pl&solved=true');
  expect(found).toMatchObject({ locale: 'pl', solved: true, title: { text: 'Zwrot bez drukarki' } });
}, 300_000);

it("answers the README's calls, with its own address, and again when they are repeated", async () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const [, block = ''] = /```sh\n(B=[^]*?)```/.exec(readme) ?? [];
  const lines = block.replaceAll(/\\\n\s*/g, '').split('\n');
  const calls = lines.filter((line) => line.startsWith('curl '));
  const setUp = [`B=${clone.address().url}`, ...lines.filter((line) => line.startsWith('token()'))];
  const answers = async () => {
    const texts: string[] = [];
    for (const call of calls) texts.push(await clone.shell([...setUp, call].join('\n')));
    return texts.map((text) => JSON.parse(text) as Record<string, unknown>);
  };
  const [opened, queue, kpi] = await answers();
  expect(opened).toMatchObject({ number: expect.stringMatching(/^GU-/) as string, possibleDuplicates: [] });
  expect(queue).toHaveProperty('counts.waiting');
  expect(kpi).toMatchObject({ kpi: 'first-response-time', definition: { title: 'First response time' } });
  expect((await answers())[0]).toEqual(opened);
}, 300_000);

it('opens as a page for people, and as JSON for programs; elsewhere there is nothing', async () => {
  const { url } = clone.address();
  const ask = (path: string, accept: string) => fetch(`${url}${path}`, { headers: { accept } });
  const page = await ask('/', 'text/html,application/xhtml+xml,application/json;q=0.9,*/*;q=0.8');
  const text = await page.text();
  expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(page.headers.get('vary')).toMatch(/accept/i);
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(text).toMatch(/<html lang="en">[^]*<h1>/);
  const links = [...text.matchAll(/(?:href)="(\/[^"]*)"/g)].map(([, link]) => link!);
  expect(links).toEqual(
    expect.arrayContaining(['/intake/docs', '/routing/docs', '/analytics/docs', '/identity/docs', '/front-page.css']),
  );
  for (const link of links)
    expect({ link, status: (await fetch(`${url}${link}`)).status }).toEqual({ link, status: 200 });
  const [command = ''] = /npm run -s token [^<]*/.exec(text) ?? [];
  expect((await clone.shell(command)).trim().split('.')).toHaveLength(3);

  expect(await (await ask('/', 'application/json')).json()).toMatchObject({ health: '/health/ready' });
  const nowhere = await ask('/nowhere', 'application/json');
  expect(nowhere.status).toBe(404);
  expect(nowhere.headers.get('content-type')).toMatch(/^application\/problem\+json/);
}, 60_000);

it('says what runs already when it is started twice in one clone', async () => {
  const second = clone.npmStart({});
  expect(await second.ended).toBe(1);
  expect(second.output()).toMatch(/is in use by process \d+\./);
  expect(second.output()).toContain(`It answers at ${clone.address().url}`);
}, 60_000);

/** As closing a terminal, a supervisor and an out-of-memory killer do it. */
it.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)(
  'ends altogether when its npm gets %s, and goes on at the next start',
  async (signal) => {
    npm.child.kill(signal);
    await until('everything to end', () => processesIn(home).length === 0, 60_000);
    await expect(clone.shell('npm run -s token')).rejects.toThrow(/Nothing runs on .*npm start/);
    npm = clone.npmStart({ GUICHET_DEMO_HISTORY: 'false' });
    await ready(npm);
    expect((await clone.shell('npm run -s token')).trim().split('.')).toHaveLength(3);
  },
  300_000,
);
