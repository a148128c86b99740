import { type EveryService, type ServiceName, serviceNames } from '@guichet/contracts';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../..');
const env = { ...process.env, NX_DAEMON: 'false', NODE_OPTIONS: '' };

const texts = {
  serviceToService: { file: 'libs/routing/src/index.ts', text: `export { IntakeModule } from '@guichet/intake';\n` },
  contractsToService: {
    file: 'libs/contracts/src/index.ts',
    text: `export { RoutingModule } from '@guichet/routing';\n`,
  },
  serviceToContracts: { file: 'libs/routing/src/index.ts', text: `export { topics } from '@guichet/contracts';\n` },
  // Types are gone when it runs.
  typeOnly: { file: 'libs/routing/src/index.ts', text: `import type pg from 'pg';\nexport type Pool = pg.Pool;\n` },
};
const impure = `import pg from 'pg';\nimport { Roles } from '@guichet/http-host';\nexport const now = () => [new Date(), Date.now(), pg, Roles];\n`;
/** A file of each service that has no role. */
const pureFiles: EveryService<string> = {
  identity: 'user/user.ts',
  intake: 'ticket/ticket.ts',
  routing: 'handling/handling.ts',
  knowledge: 'text/text.ts',
  community: 'topic/topic.ts',
  analytics: 'ticket-facts/derive.ts',
};
const all = {
  ...texts,
  ...Object.fromEntries(
    serviceNames.map((name) => [name, { file: `libs/${name}/src/${pureFiles[name]}`, text: impure }]),
  ),
};
let rules: Record<keyof typeof texts | ServiceName, string[]>;

beforeAll(() => {
  // The rule reads the graph that Nx keeps: without one it would let everything pass.
  spawnSync(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), 'show', 'projects'], { cwd: root, env });
  const input = JSON.stringify(Object.values(all));
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools/workspace/lint-texts.mjs')], {
    cwd: root,
    env,
    input,
    encoding: 'utf8',
  });
  if (!stdout.startsWith('[')) throw new Error(`eslint did not run: ${stderr}`);
  const answers = JSON.parse(stdout) as string[][];
  rules = Object.fromEntries(Object.keys(all).map((name, i) => [name, answers[i]])) as typeof rules;
}, 180_000);

const boundaries = '@nx/enforce-module-boundaries';

it('refuses that a service imports another service', () => expect(rules.serviceToService).toContain(boundaries));
it('refuses that contracts import a service', () => expect(rules.contractsToService).toContain(boundaries));
it('allows that a service imports contracts', () => expect(rules.serviceToContracts).not.toContain(boundaries));
it.each(serviceNames)('keeps pure files of %s pure: no database, no host, no clock', (service) => {
  expect(rules[service].filter((rule) => rule === '@typescript-eslint/no-restricted-imports')).toHaveLength(2);
  expect(rules[service].filter((rule) => rule === 'no-restricted-syntax')).toHaveLength(2);
});
it('lets a pure file name the types of others', () => expect(rules.typeOnly).toEqual([]));
