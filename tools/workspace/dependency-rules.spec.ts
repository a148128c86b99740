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
  impure: {
    file: 'libs/routing/src/handling/handling.ts',
    text: `import pg from 'pg';\nexport const now = () => [new Date(), Date.now(), pg];\n`,
  },
};
type Name = keyof typeof texts;
let rules: Record<Name, string[]>;

beforeAll(() => {
  // The rule reads the graph that Nx keeps: without one it would let everything pass.
  spawnSync(process.execPath, [join(root, 'node_modules/nx/dist/bin/nx.js'), 'show', 'projects'], { cwd: root, env });
  const input = JSON.stringify(Object.values(texts));
  const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'tools/workspace/lint-texts.mjs')], {
    cwd: root,
    env,
    input,
    encoding: 'utf8',
  });
  if (!stdout.startsWith('[')) throw new Error(`eslint did not run: ${stderr}`);
  const answers = JSON.parse(stdout) as string[][];
  rules = Object.fromEntries(Object.keys(texts).map((name, i) => [name, answers[i]])) as typeof rules;
}, 180_000);

const boundaries = '@nx/enforce-module-boundaries';

it('refuses that a service imports another service', () => expect(rules.serviceToService).toContain(boundaries));
it('refuses that contracts import a service', () => expect(rules.contractsToService).toContain(boundaries));
it('allows that a service imports contracts', () => expect(rules.serviceToContracts).not.toContain(boundaries));
it('keeps pure files pure: no database, no clock', () => {
  expect(rules.impure).toContain('no-restricted-imports');
  expect(rules.impure.filter((rule) => rule === 'no-restricted-syntax')).toHaveLength(2);
});
