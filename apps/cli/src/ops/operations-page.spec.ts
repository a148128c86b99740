import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Metrics } from '@guichet/observability';
import { commandNames } from './commands/index.js';

/** docs/operations.md against the product's sources: what can raise an alarm has its entry, and nothing else has. */
const root = resolve(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const sources = globSync('{libs,apps}/*/src/**/*.ts', { cwd: root })
  .filter((file) => !/\.spec\.ts$|\/testing\//.test(file))
  .map((file) => readFileSync(join(root, file), 'utf8').replaceAll(/^ *(?:\*|\/\/|\/\*).*$/gm, '')); // without comments
const found = (pattern: RegExp) =>
  new Set(sources.flatMap((text) => [...text.matchAll(pattern)].map(([, what]) => what!)));
const sorted = (names: Iterable<string>) => [...new Set(names)].sort();
const onPage = (pattern: RegExp) => sorted([...page.matchAll(pattern)].map(([, what]) => what!));

it('names every metric of the product, and no other', () => {
  const metrics = found(/\b(?:histogram|gauge|counter|observe)\(\s*'(guichet_[a-z_]+)'/g);
  expect(metrics.size).toBeGreaterThan(10);
  expect(onPage(/`(guichet_[a-z_]+)`/g)).toEqual(sorted(metrics));
});

it('names only metrics of the process that there are', async () => {
  const there = (await new Metrics().registry.getMetricsAsJSON()).map(({ name }) => name);
  const named = onPage(/`((?:nodejs|process)_[a-z0-9_]+)`/g);
  expect(named.length).toBeGreaterThan(2);
  expect(there).toEqual(expect.arrayContaining(named));
});

it('quotes every line that is logged as an error', () => {
  const lines = found(/\blog\.error\(\s*(?:error, )?(?:\{\s*msg: )?'([^']+)'/g);
  expect(lines.size).toBeGreaterThan(8);
  expect([...lines].filter((line) => !page.includes(line))).toEqual([]);
});

it('quotes every line of the feed and of the log and its readers, warnings too', () => {
  const observers = ['feed-metrics', 'service-observer'].map((name) =>
    readFileSync(join(root, `libs/observability/src/${name}.ts`), 'utf8'),
  );
  const lines = observers.flatMap((text) => [...text.matchAll(/log\.(?:warn|error)\(\s*(?:\{\s*msg: )?'([^']+)'/g)]);
  expect(lines.length).toBeGreaterThan(8);
  expect(lines.map(([, line]) => line!).filter((line) => !page.includes(line))).toEqual([]);
});

it('explains every health check', () => {
  // Those that every service has, those of a companion of one service, and those of the host.
  const ofServices = [...found(/\bregister\(`\$\{entry\.name\}-([a-z-]+)`/g)].map((check) => `<service>-${check}`);
  const named = found(/(?:\bregister(?:Liveness)?\(|\bcheck: )'([a-z-]+)'/g);
  expect(ofServices).toHaveLength(3);
  expect(named.size).toBeGreaterThan(2);
  expect([...ofServices, ...named].filter((name) => !page.includes(`\`${name}\``))).toEqual([]);
});

it('uses every command of the operators’ tool, and no other', () =>
  expect(onPage(/npm run (?:-s )?ops -- (?:--data <folder> )?([a-z][a-z-]*)/g)).toEqual(sorted(commandNames)));
