/** The command line. */
import { checkZone } from './mapping/times.js';
import { called, numberOption, parseOptions, urlOption, UsageError } from '../command-line.js';

export interface Arguments {
  readonly file: string;
  readonly mapping: string;
  readonly tenant: string | undefined;
  /** Of a tenant that is created. */
  readonly timeZone: string | undefined;
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly dryRun: boolean;
  readonly report: string | undefined;
  /** Folder for the rejected rows and the state; default the file's own, or the current one where that is read-only. */
  readonly out: string | undefined;
  /** Requests under way at once, per service. */
  readonly inFlight: number;
  /** Share of rejected rows above which nothing is imported, in percent. */
  readonly maxRejectedPercent: number;
  readonly restart: boolean;
  /** Whether to wait until the figures hold everything; undefined: where somebody watches. */
  readonly wait: boolean | undefined;
}

export const usage = `Imports another system's log.

  ${called('import')} <file> --mapping <file.yaml> [--tenant <slug>] [--url <base>] [--dry-run]

  --mapping <file>          how the log becomes Guichet's events; see docs/importing.md
  --dry-run                 reads everything and says what it would do; sends nothing
  --tenant <slug>           where to; created in the demo where it is missing (default: the mapping's source)
  --time-zone <zone>        of a tenant that is created, such as Europe/Paris (default: the mapping's times.zone, else UTC)
  --max-rejected <percent>  nothing is imported when more rows than that are rejected (default 5)
  --wait, --no-wait         ends when the figures hold everything (default: on a terminal)
  --url <base>              where Guichet listens (default: GUICHET_URL, else the running demo)
  --token <token>           access token with the role importer (default: GUICHET_TOKEN, else a service account's by
                            GUICHET_CLIENT_ID and GUICHET_CLIENT_SECRET, else the running demo's)
  --report <file>           writes what was done as JSON
  --out <folder>            where rejected rows and the import's state go (default: beside the file)
  --in-flight <n>           requests under way at once, per service (default 4)
  --restart                 starts over instead of going on where an earlier run stopped; nothing is imported twice
  --help                    this text

Exit code 0: done; 1: failed, refused, or too many rows rejected; 2: the command, the file or the mapping is wrong;
130: interrupted. Run the same command again to go on.
`;

const options = {
  mapping: { type: 'string' },
  tenant: { type: 'string' },
  'time-zone': { type: 'string' },
  'max-rejected': { type: 'string' },
  url: { type: 'string' },
  token: { type: 'string' },
  'dry-run': { type: 'boolean' },
  report: { type: 'string' },
  out: { type: 'string' },
  'in-flight': { type: 'string' },
  restart: { type: 'boolean' },
  wait: { type: 'boolean' },
  'no-wait': { type: 'boolean' },
} as const;

/**
 * @param env what npm keeps to itself when the two hyphens before the options are forgotten stands there
 * @throws UsageError; undefined when only help was asked for
 */
export function parseArguments(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>> = {},
): Arguments | undefined {
  const { values, positionals } = parseOptions(args, options);
  if (values.help === true) return undefined;
  const { mapping, tenant, token, report, out } = values;
  if (mapping === undefined && env['npm_config_mapping'] !== undefined)
    throw new UsageError(
      'npm took the options for itself. Two hyphens go before them: npm run import -- <file> --mapping …',
    );
  const [file, ...more] = positionals;
  if (file === undefined) throw new UsageError(`Which file? ${called('import')} <file> --mapping <file.yaml>`);
  if (more.length > 0) throw new UsageError(`One file at a time; what is "${more[0]}"?`);
  if (mapping === undefined) throw new UsageError('Which mapping? --mapping <file.yaml>; see docs/importing.md');
  if (tenant !== undefined && !/^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/.test(tenant))
    throw new UsageError(
      `--tenant ${tenant}: a tenant's slug has at most 40 lower case letters, digits and inner hyphens`,
    );
  const timeZone = values['time-zone'];
  if (timeZone !== undefined) mustBeZone(timeZone);
  const inFlight = numberOption('in-flight', values['in-flight'], 4, 1, 64);
  if (!Number.isInteger(inFlight)) throw new UsageError('--in-flight: a number from 1 to 64');
  const wait = values['no-wait'] === true ? false : values.wait;
  return {
    ...{ file, mapping, tenant, timeZone, url: urlOption('url', values.url), token, report, out, inFlight, wait },
    ...{ dryRun: values['dry-run'] === true, restart: values.restart === true },
    maxRejectedPercent: numberOption('max-rejected', values['max-rejected'], 5, 0, 100),
  };
}

function mustBeZone(zone: string): void {
  try {
    checkZone(zone);
  } catch (error) {
    throw new UsageError(`--time-zone: ${(error as Error).message}`, { cause: error });
  }
}
