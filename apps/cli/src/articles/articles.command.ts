/** `guichet articles import|export`: articles of a folder, a Git history or a help centre come in, or are taken away. */
import { createWriteStream } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  called,
  type Command,
  exitCodes,
  parseOptions,
  type Terminal,
  urlOption,
  UsageError,
} from '../command-line.js';
import { accessTo } from '../import/sending/destination.js';
import { archiveOf } from './archive-of.js';

const usage = `Brings articles into the knowledge base, or takes them away.

  ${called('articles')} import <file or folder> --source <name> [--format markdown|zendesk] [--dry-run]
  ${called('articles')} export <file.tar>

  <file or folder>     a tar or zip archive, what git fast-export writes, or a folder, which is packed as tar
  --source <name>      names where the articles come from: the same whenever the same is imported
  --format <format>    markdown (a folder, an export, a Git history; the default) or zendesk (a help centre)
  --history            of a folder in a Git repository: every commit on its branch, each as a revision of its date
  --locale <language>  of Markdown files whose name says none (default: the library's)
  --dry-run            says what would be done, and does nothing
  --rejects <file>     where all that did not come along goes, one JSON line each (default: <source>.rejects.jsonl)
  --tenant <slug>      where to, in a product on this machine; created where it is missing (default: the source)
  --url <base>         where Guichet listens (default: GUICHET_URL, else the running demo)
  --token <token>      access token with the role importer (default: GUICHET_TOKEN, else a service account's)
  --help               this text

Exit code 0: done, and all of it came along; 1: failed, or something is in the file of rejects; 2: the command is wrong.
An import that is repeated changes nothing, and goes on where it ended. See docs/importing-articles.md.
`;

const options = {
  source: { type: 'string' },
  format: { type: 'string' },
  locale: { type: 'string' },
  rejects: { type: 'string' },
  tenant: { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  history: { type: 'boolean' },
  'dry-run': { type: 'boolean' },
} as const;

export const command: Command = {
  usage,
  run: async (argv, terminal) => {
    const { values, positionals } = parseOptions(argv, options);
    if (values.help === true) return (terminal.say(usage), exitCodes.fine);
    const [what, path, more] = positionals;
    if ((what !== 'import' && what !== 'export') || path === undefined)
      throw new UsageError(`Say which: ${called('articles')} import <file or folder>, or export <file.tar>`);
    if (more !== undefined) throw new UsageError(`One file at a time; what is "${more}"?`);
    const { source, format = 'markdown', locale, tenant, token } = values;
    const { env, signal } = terminal;
    const wanted = { slug: tenant, source: source ?? 'demo', url: urlOption('url', values.url), token, env };
    if (what === 'export') return take(terminal, path, wanted);
    if (source === undefined) throw new UsageError('Name where the articles come from: --source <name>');
    const archive = await archiveOf(path, { history: values.history === true, signal });
    const dryRun = values['dry-run'] === true;
    const query = new URLSearchParams({
      source,
      format,
      dryRun: String(dryRun),
      ...(locale !== undefined && { locale }),
    });
    const answer = await ask(wanted, terminal, `/knowledge/v1/imports?${query.toString()}`, archive);
    const rejects = resolve(values.rejects ?? `${source}.rejects.jsonl`);
    return report(terminal, (await answer.json()) as Imported, { dryRun, rejects });
  },
};

interface Imported {
  readonly counts: Readonly<Record<string, number>>;
  readonly events: number;
  readonly languagesAdded: readonly string[];
  readonly findings: readonly object[];
  readonly moreFindings: number;
}

/** @throws UsageError with what the product says against it */
async function ask(
  wanted: Parameters<typeof accessTo>[0],
  { signal }: Terminal,
  path: string,
  archive?: Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const { baseUrl, tokens } = await (await accessTo(wanted, signal)).open('UTC');
  const headers = { authorization: `Bearer ${await tokens.token(signal)}`, 'content-type': 'application/octet-stream' };
  const answer = await fetch(`${baseUrl}${path}`, {
    signal,
    headers,
    ...(archive && { method: 'POST', body: archive }),
  });
  if (answer.ok) return answer;
  const { detail = answer.statusText, code = '' } = (await answer.json().catch(() => ({}))) as Record<string, string>;
  throw new UsageError(`${baseUrl} refuses it (${answer.status} ${code}): ${detail}`);
}

async function report(
  { say }: Terminal,
  { counts, events, languagesAdded, findings, moreFindings }: Imported,
  { dryRun, rejects }: { readonly dryRun: boolean; readonly rejects: string },
): Promise<number> {
  const found = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  say(`Found: ${found.join(', ')}.`);
  if (languagesAdded.length > 0) say(`New languages: ${languagesAdded.join(', ')}.`);
  say(dryRun ? 'Nothing was stored: it was a dry run.' : `Stored: ${events} events.`);
  await rm(rejects, { force: true });
  if (findings.length === 0) return (say('All of it came along.'), exitCodes.fine);
  await writeFile(rejects, findings.map((finding) => `${JSON.stringify(finding)}\n`).join(''));
  say(`${findings.length + moreFindings} things did not come along as they were: see ${rejects}`);
  return exitCodes.failed;
}

async function take(terminal: Terminal, path: string, wanted: Parameters<typeof accessTo>[0]): Promise<number> {
  const { body } = await ask(wanted, terminal, '/knowledge/v1/export');
  const file = resolve(path);
  if (body !== null)
    await pipeline(Readable.fromWeb(body), createWriteStream(file, { flags: 'wx' }), { signal: terminal.signal });
  const isWhole = (await readFile(file)).subarray(-1024).every((byte) => byte === 0);
  if (!isWhole) throw new UsageError(`${file} ends too early: the product's log says why. Ask again.`);
  terminal.say(`The knowledge base is in ${file}.`);
  return exitCodes.fine;
}
