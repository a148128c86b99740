import { serviceNames } from '@guichet/contracts';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const nx = join(root, 'node_modules/nx/dist/bin/nx.js');

interface Graph {
  readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
}

let folder: string;
let graph: Graph;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'guichet-graph-'));
  const file = join(folder, 'graph.json');
  const env = { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '' };
  const { stderr } = spawnSync(process.execPath, [nx, 'graph', `--file=${file}`], { cwd: root, env, encoding: 'utf8' });
  try {
    ({ graph } = JSON.parse(readFileSync(file, 'utf8')) as { graph: Graph });
  } catch (cause) {
    throw new Error(`Nx wrote no graph: ${stderr}`, { cause });
  }
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const made = (name: string, seen = new Set<string>()): Set<string> => {
  for (const { target } of graph.dependencies[name] ?? []) {
    if (seen.has(target)) continue;
    seen.add(target);
    made(target, seen);
  }
  return seen;
};

it.each(serviceNames)('builds %s anew when a library that it is made of changes', (service) => {
  const parts = made(`@guichet/app-${service}`);
  expect([...parts]).toEqual(expect.arrayContaining([`@guichet/${service}`, '@guichet/event-sourcing']));
  expect([...made('@guichet/app-all-in-one')]).toEqual(expect.arrayContaining([...parts]));
});
