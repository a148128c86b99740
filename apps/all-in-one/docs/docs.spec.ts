import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { feedServices, serviceNames } from '@guichet/contracts';
import { kpiCatalogue } from '@guichet/analytics';
import { identitySettings } from '@guichet/identity';
import {
  databaseSettings,
  feedSettings,
  fileSettings,
  searchSettings,
  platformSettings,
  productNames,
  settingsMarkdown,
} from '@guichet/config';
import { allInOneSettings } from '../src/settings.js';

import { kpisMarkdown } from './kpis-markdown.js';

/**
 * Pages that are made from the code. `npm run docs` writes them; this test fails where a committed page says something
 * else than the code does.
 */
const inWords = (names: readonly string[]) =>
  `${new Intl.ListFormat('en-GB').format(names.map((name) => `\`${name}\``))}.`;
const docs = resolve(import.meta.dirname, '../../../docs/generated');

const pages: Record<string, () => string> = {
  'settings.md': () =>
    settingsMarkdown([
      { title: 'All-in-one', text: 'What `npm start` runs reads these and no others.', settings: allInOneSettings },
      {
        title: 'Every separate service',
        text: inWords(serviceNames),
        settings: platformSettings,
      },
      { title: 'Its database', text: 'Each service has its own.', settings: databaseSettings },
      { title: 'Kafka', text: inWords(feedServices), settings: feedSettings },
      { title: 'Files', text: '`knowledge` only.', settings: fileSettings },
      { title: 'Search of articles', text: '`knowledge` only.', settings: searchSettings },
      {
        title: 'The embedded issuer',
        text: '`identity` only; with an issuer of your own this service is not needed.',
        settings: identitySettings,
      },
    ]),
  'kpis.md': () => kpisMarkdown(kpiCatalogue),
};

it.each(Object.keys(pages))('docs/generated/%s says what the code does', (name) => {
  const file = join(docs, name);
  const text = pages[name]!();
  if (process.env['WRITE_DOCS'] === '1') writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, 'utf8') : 'missing: npm run docs').toBe(text);
});

/** A start refuses names that look like settings and are none: it has to know those of all other parts. */
describe('the names of all settings', () => {
  const root = resolve(import.meta.dirname, '../../..');
  const known = new Set(productNames());

  it.each([
    allInOneSettings,
    identitySettings,
    platformSettings,
    databaseSettings,
    feedSettings,
    fileSettings,
    searchSettings,
  ])('are known to every start (%#)', (settings) => {
    const names = Object.values(settings).map(({ name }) => name);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  });

  it('are known where tools and tests read them', () => {
    const folders = '{apps,libs,tests,tools,bench,infra}/**/*.{ts,mjs,cjs}';
    const unknown = globSync(folders, { cwd: root, exclude: ['**/node_modules', '**/unknown-settings.spec.ts'] })
      .flatMap((file) => readFileSync(join(root, file), 'utf8').match(/\b(GUICHET|OIDC)_[A-Z]\w*\b/g) ?? [])
      .filter(
        (name) => !known.has(name) && !known.has(name.replace(/_FILE$/, '')) && !name.startsWith('GUICHET_TEST_'),
      );
    expect([...new Set(unknown)]).toEqual([]);
  });
});
