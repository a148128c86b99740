import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installationSettings } from './installation-settings.js';
import { platformSettings } from './platform-settings.js';
import { settingsMarkdown } from './settings-markdown.js';
import { loadConfig } from './load-config.js';
import { ConfigurationError, setting } from './settings.js';

const schema = {
  port: setting.port({ name: 'PORT', default: 3000, description: 'Port.' }),
  issuer: setting.url({ name: 'ISSUER', required: true, description: 'Issuer.' }),
  secret: setting.text({ name: 'SECRET', required: true, secret: true, minLength: 8, description: 'Signs.' }),
  format: setting.choice({ name: 'FORMAT', values: ['json', 'pretty'], default: 'json', description: 'Format.' }),
  embedded: setting.flag({ name: 'EMBEDDED', default: false, description: 'Embedded | not.' }),
  brokers: setting.list({ name: 'BROKERS', default: [], description: 'Brokers.' }),
  note: setting.text({ name: 'NOTE', description: 'Note.' }),
};
const good = { ISSUER: 'https://issuer.example', SECRET: 'long enough' };

function problemsOf(load: () => unknown): readonly string[] {
  try {
    load();
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
}

it('reads, converts and defaults settings', () =>
  expect(loadConfig(schema, { ...good, BROKERS: 'a:1, b:2,', EMBEDDED: 'true', NOTE: '' })).toEqual({
    port: 3000,
    issuer: 'https://issuer.example',
    secret: 'long enough',
    format: 'json',
    embedded: true,
    brokers: ['a:1', 'b:2'],
    note: undefined,
  }));

it('lists every problem at once, and no secret', () => {
  const problems = problemsOf(() =>
    loadConfig(schema, { PORT: '70000', SECRET: 'hunter2', FORMAT: 'xml', EMBEDDED: 'yes' }),
  );
  expect(problems).toEqual([
    'PORT must be a whole number, from 0 to 65535',
    'ISSUER is missing: Issuer.',
    'SECRET must have at least 8 characters',
    'FORMAT must be one of json, pretty',
    'EMBEDDED must be true or false',
  ]);
  expect(problems.join()).not.toContain('hunter2');
});

it('checks settings together only when each is good', () => {
  const check = () => ['PORT must not be 3000 here'];
  expect(problemsOf(() => loadConfig(schema, good, check))).toEqual(['PORT must not be 3000 here']);
  expect(problemsOf(() => loadConfig(schema, {}, check))).not.toContain('PORT must not be 3000 here');
});

describe('a value from a file', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
    writeFileSync(join(folder, 'secret'), 'from a file\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is read without the line break at its end', () =>
    expect(loadConfig(schema, { ISSUER: good.ISSUER, SECRET_FILE: join(folder, 'secret') }).secret).toBe(
      'from a file',
    ));
  it('is refused beside the value itself, or if it cannot be read', () => {
    expect(problemsOf(() => loadConfig(schema, { ...good, SECRET_FILE: join(folder, 'secret') }))).toEqual([
      'SECRET is given twice: as SECRET and as SECRET_FILE',
    ]);
    expect(problemsOf(() => loadConfig(schema, { ISSUER: good.ISSUER, SECRET_FILE: join(folder, 'none') }))).toEqual([
      `SECRET cannot be read from ${join(folder, 'none')}: ENOENT`,
    ]);
  });
});

it('makes the settings page', () => {
  const page = settingsMarkdown([{ title: 'Some', text: 'For some.', settings: schema }]);
  expect(page).toContain('## Some\n\nFor some.\n\n| setting | type | default | meaning |');
  expect(page).toContain('| `EMBEDDED` | true or false | `false` | Embedded \\| not. |');
  expect(page).toContain('| `SECRET` | text of at least 8 characters | **required** | Signs. Secret. |');
  expect(page).toContain('| `NOTE` | text | – | Note. |');
});

it('has every platform setting described', () => {
  for (const { name, description } of Object.values(platformSettings)) {
    expect(name).toMatch(/^[A-Z][A-Z_]+$/);
    expect(description).toMatch(/^.{10,}\.$/);
  }
});

describe('the name of an installation', () => {
  const nameOf = (GUICHET_INSTALLATION?: string) =>
    loadConfig(installationSettings, { GUICHET_INSTALLATION }).installation;

  it('is guichet where none is given, so that topics keep their names', () => expect(nameOf()).toBe('guichet'));
  it.each(['emea', 'desk-2', '2', 'a'.repeat(40)])('may be %s', (name) => expect(nameOf(name)).toBe(name));
  it.each(['EMEA', 'a.b', 'a_b', '-a', 'é', 'a b', 'a'.repeat(41)])('is never %s', (name) =>
    expect(problemsOf(() => nameOf(name))).toEqual([
      'GUICHET_INSTALLATION must be 1 to 40 lower-case letters, digits and hyphens, beginning with a letter or digit',
    ]),
  );
});
