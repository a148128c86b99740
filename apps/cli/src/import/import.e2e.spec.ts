import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ImportServices } from './testing/import-services.js';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const excerpt = here('../../examples/uci498-excerpt.csv.gz');
const uci498 = here('../../mappings/uci498.yaml');
const claims = { tenant: '7a1f6c1e-2b3d-4c5e-8f90-1a2b3c4d5e6f', tenant_slug: 'acme' };
const token = `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`;

const services = new ImportServices();
const folder = mkdtempSync(join(tmpdir(), 'guichet-command-'));
let url: string;
beforeAll(async () => void (url = await services.start()));
afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true });
});

/** The command as a process of its own; `node` are flags of Node's. */
function start(args: readonly string[], { node = [] as string[], env = {} } = {}) {
  const loader = [
    '--disable-warning=ExperimentalWarning',
    '--import',
    new URL('../../../../tools/workspace/typescript.mjs', import.meta.url).href,
  ];
  return spawn(process.execPath, [...node, ...loader, here('../main.ts'), 'import', ...args], {
    env: { PATH: process.env['PATH'], GUICHET_DATA_DIR: folder, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function command(...options: Parameters<typeof start>) {
  const child = start(...options);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}

it('imports the excerpt that comes with it', async () => {
  const report = join(folder, 'report.json');
  const args = [excerpt, '--mapping', uci498, '--out', folder, '--url', url, '--token', token];
  const { code, said } = await command([...args, '--report', report]);
  expect(said).toMatch(/Imported into acme: 2,714 new events, 0 were there already/);
  expect(code).toBe(0);
  expect(services.events).toBe(2_714);
  expect(services.complaints).toEqual([]);
  expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ tickets: 200, tenant: { slug: 'acme' } });
  expect((await command(args)).said).toMatch(/Imported into acme: 0 new events/);
});

it.each([
  ['help', ['--help'], 0, /npm run import -- <file> --mapping/],
  ['a file that is not there', ['none.csv', '--mapping', uci498], 2, /There is no file .*none\.csv/],
  ['no token', [excerpt, '--mapping', uci498, '--out', folder], 2, /No access token/],
  [
    'a token for another tenant',
    [excerpt, '--mapping', uci498, '--out', folder, '--token', token, '--tenant', 'other'],
    2,
    /for the tenant acme, not for other/,
  ],
])('says what is wrong: %s', async (_, args, expected, message) => {
  const { code, said } = await command(args);
  expect(said).toMatch(message);
  expect(code).toBe(expected);
});

it('notices that there is no token before it reads the file', async () => {
  const { code, said } = await command([excerpt, '--mapping', uci498, '--out', folder]);
  expect(said).toMatch(/^No access token/);
  expect(said).not.toContain('rows');
  expect(code).toBe(2);
});

it('says nothing when whoever reads has read enough', async () => {
  const child = start([excerpt, '--mapping', uci498, '--out', folder, '--dry-run']);
  child.stdout.destroy();
  let errors = '';
  child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect([errors, code]).toEqual(['', 0]);
});

it.each(['SIGINT', 'SIGTERM'] as const)('ends with 130 on %s, and goes on the next time', async (signal) => {
  services.forget();
  const args = [excerpt, '--mapping', uci498, '--out', folder, '--url', url, '--token', token, '--in-flight', '1'];
  const child = start([...args, '--restart']);
  services.fault = () => {
    child.kill(signal);
    return 503;
  };
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, 'close')) as [number];
  services.fault = () => undefined;
  expect(said).toContain('Interrupted. Run the same command again to go on.');
  expect(code).toBe(130);
  expect((await command(args)).code).toBe(0);
  expect(services.events).toBe(2_714);
});

it('lists every mistake of a mapping, and sends nothing', async () => {
  const mapping = join(folder, 'wrong.yaml');
  writeFileSync(mapping, 'version: 1\nsource: x\nticket: { key: id, chanel: c }\nrulez: []\n');
  const { code, said } = await command([excerpt, '--mapping', mapping]);
  expect(said).toMatch(
    /wrong\.yaml has 2 mistakes:\n {2}\S.*did you mean "rules"\?\n {2}ticket: .*did you mean "channel"\?/,
  );
  expect(code).toBe(2);
});

it('needs no more memory for a larger file', async () => {
  const file = join(folder, 'large.csv');
  const rows = 200_000;
  const stream = createWriteStream(file);
  stream.write('id,at,act,text\n');
  for (let row = 0; row < rows; row += 1) {
    // Tickets are strewn over the whole file, so that none can be finished early.
    const line = `T${(row * 7919) % (rows / 10)},${1_700_000_000 + row},act,${'words '.repeat(40)}${row}\n`;
    if (!stream.write(line)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'finish');
  const mapping = join(folder, 'large.yaml');
  writeFileSync(
    mapping,
    `version: 1
source: large
times: { formats: [unix-seconds] }
rows: { time: at, duplicates: drop }
ticket: { key: id }
rules: [{ do: { log: { template: '{act} {text}' } } }]`,
  );
  // The rows' text alone is more than this heap holds.
  const { code, said } = await command([file, '--mapping', mapping, '--dry-run'], {
    node: ['--max-old-space-size=48'],
  });
  expect(said).toMatch(/20,000 tickets/);
  expect(code).toBe(0);
  expect(existsSync(`${file}.rejected.csv`)).toBe(false);
}, 180_000);
