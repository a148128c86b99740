/** What Docker reads, filled in from the table of services: `npm run containers:write` writes it, a spec compares. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { bodyLimitBytes } from '@guichet/http-host';
import { type ServiceName, serviceNames, services } from '@guichet/contracts';

export const root = resolve(import.meta.dirname, '../..');

/** Template → the file of the workspace that is made from it. */
const made = {
  Dockerfile: 'Dockerfile',
  'docker-compose.yml': 'docker-compose.yml',
  Caddyfile: 'infra/gateway/Caddyfile',
} as const;

/** The service whose tokens the others take, in an installation without an issuer of its own. */
const issuer: ServiceName = 'identity';

/** Path → text. */
export function containerFiles(): ReadonlyMap<string, string> {
  const { version, license, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Readonly<
    Record<'version' | 'license' | 'description', string>
  >;
  const facts = { version, licence: license, description, bodyLimitBytes: String(bodyLimitBytes) };
  const entries = Object.entries(made).map(([template, path]): [string, string] => {
    const written = `Written by \`npm run containers:write\` from tools/containers/templates/${template}: change that.`;
    const text = readFileSync(join(import.meta.dirname, 'templates', template), 'utf8');
    return [path, fill(text, { ...facts, written })];
  });
  return new Map(entries);
}

const [each, end] = ['# each service', '# end'];

/** For whom a part of a block is. */
const parts: Readonly<Record<string, (name: ServiceName) => boolean>> = {
  '# only the issuer': (name) => name === issuer,
  '# only with files': (name) => 'keepsFiles' in services[name],
};

/**
 * Repeats what stands between `# each service` and `# end` for every service of the table; in it, what stands between
 * `# only the issuer` or `# only with files` and `# end` is for the one that issues tokens, or for those that keep
 * files. `{{name}}` is replaced by the fact of that name.
 * @throws Error for a name without a fact
 */
export function fill(template: string, facts: Readonly<Record<string, string>>): string {
  const lines: string[] = [];
  let repeated: string[] | undefined;
  let isOnly = false;
  for (const line of template.split('\n')) {
    if (line === each) repeated = [];
    else if (Object.hasOwn(parts, line)) repeated?.push(((isOnly = true), line));
    else if (line === end && isOnly) repeated?.push(((isOnly = false), end));
    else if (line === end) {
      for (const name of serviceNames) lines.push(...blockOf(name, repeated ?? [], facts));
      repeated = undefined;
    } else (repeated ?? lines).push(repeated ? line : replaced(line, facts));
  }
  return lines.join('\n');
}

function blockOf(name: ServiceName, block: readonly string[], facts: Readonly<Record<string, string>>): string[] {
  const { database } = services[name];
  let isLeftOut = false;
  return block.flatMap((line) => {
    const isFor = Object.hasOwn(parts, line) ? parts[line] : undefined;
    if (isFor !== undefined) isLeftOut = !isFor(name);
    if (line === end) isLeftOut = false;
    const isMark = isFor !== undefined || line === end;
    return isMark || isLeftOut ? [] : [replaced(line, { ...facts, name, database })];
  });
}

const replaced = (line: string, facts: Readonly<Record<string, string>>): string =>
  line.replaceAll(/\{\{(\w+)\}\}/g, (_, fact: string) => {
    const value = facts[fact];
    if (value === undefined) throw new Error(`{{${fact}}} is no fact that a template can have`);
    return value;
  });
