/** The command line. */
import { parseArgs } from 'node:util';

export interface Arguments {
  readonly file: string;
  readonly mapping: string;
  readonly tenant: string | undefined;
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly dryRun: boolean;
  readonly report: string | undefined;
  /** Folder for the rejected rows and the state; default the file's own, or the current one where that is read-only. */
  readonly out: string | undefined;
  /** Requests under way at once, per service. */
  readonly inFlight: number;
  readonly restart: boolean;
}

export const usage = `Imports another system's log.

  npm run import -- <file> --mapping <file.yaml> [--tenant <slug>] [--url <base>] [--dry-run]

  --mapping <file>    how the log becomes Guichet's events; see docs/importing.md
  --dry-run           reads everything and says what it would do; sends nothing
  --tenant <slug>     where to; created in the demo where it is missing (default: the mapping's source)
  --url <base>        where Guichet listens (default: GUICHET_URL, else the running demo)
  --token <token>     access token with the role importer (default: GUICHET_TOKEN, else the running demo's)
  --report <file>     writes what was done as JSON
  --out <folder>      where rejected rows and the import's state go (default: beside the file)
  --in-flight <n>     requests under way at once, per service (default 4)
  --restart           starts over instead of going on where an earlier run stopped; nothing is imported twice
`;

/** A command line that cannot be followed; the message says what to change. */
export class UsageError extends Error {}

/** @throws UsageError; undefined when only help was asked for */
export function parseArguments(args: readonly string[]): Arguments | undefined {
  const { values, positionals } = parse(args);
  if (values.help === true) return undefined;
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError('Which file? npm run import -- <file> --mapping <file.yaml>');
  if (more.length > 0) throw new UsageError(`One file at a time; what is "${more[0]}"?`);
  if (values.mapping === undefined) throw new UsageError('Which mapping? --mapping <file.yaml>; see docs/importing.md');
  if (values.tenant !== undefined && !/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(values.tenant))
    throw new UsageError(
      `--tenant ${values.tenant}: a tenant's slug has at most 40 lower case letters, digits and inner hyphens`,
    );
  if (values.url !== undefined && !URL.canParse(values.url)) throw new UsageError(`--url ${values.url} is no address`);
  const inFlight = Number(values['in-flight'] ?? 4);
  if (!Number.isInteger(inFlight) || inFlight < 1 || inFlight > 64)
    throw new UsageError('--in-flight: a number from 1 to 64');
  const { mapping, tenant, url, token, report, out } = values;
  const [dryRun, restart] = [values['dry-run'] === true, values.restart === true];
  return { file, mapping, tenant, url, token, dryRun, report, out, inFlight, restart };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        mapping: { type: 'string' },
        tenant: { type: 'string' },
        url: { type: 'string' },
        token: { type: 'string' },
        'dry-run': { type: 'boolean' },
        report: { type: 'string' },
        out: { type: 'string' },
        'in-flight': { type: 'string' },
        restart: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
