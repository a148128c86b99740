/** The command line. */
import { type Env, numberOption, parseOptions, urlOption, UsageError } from '../command-line.js';
import { dataDirOf } from '../connection.js';

export interface Options {
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly dataDir: string;
  readonly json: boolean;
  /** Let a rebuild replace the live tables. */
  readonly swap: boolean;
  /** Let a resumed partition pass over what does not fit. */
  readonly search: boolean;
  readonly yes: boolean;
  /** Whose parked stream is meant, where several tenants have one of this id. */
  readonly tenantId: string | undefined;
  /** A lag above it counts as something to look at, seconds. */
  readonly maxLagSeconds: number;
}

export interface Arguments {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: Options;
}

const known = {
  url: { type: 'string' },
  token: { type: 'string' },
  data: { type: 'string' },
  json: { type: 'boolean' },
  'no-swap': { type: 'boolean' },
  search: { type: 'boolean' },
  yes: { type: 'boolean' },
  tenant: { type: 'string' },
  'max-lag': { type: 'string' },
} as const;

const longestLagSeconds = 1_000_000_000;

/** @throws UsageError; undefined when only help was asked for */
export function parseArguments(argv: readonly string[], env: Env): Arguments | undefined {
  const { values, positionals } = parseOptions(argv, known);
  const [command, ...args] = positionals;
  if (values.help === true || command === 'help' || command === undefined) return undefined;
  const options = {
    ...{ url: urlOption('url', values.url), token: values.token, json: values.json === true },
    maxLagSeconds: numberOption('max-lag', values['max-lag'], 60, 0, longestLagSeconds),
    ...{ dataDir: values.data ?? dataDirOf(env), tenantId: tenantOption(values.tenant) },
    ...{ swap: values['no-swap'] !== true, search: values.search === true, yes: values.yes === true },
  };
  return { command, args, options };
}

function tenantOption(value: string | undefined): string | undefined {
  if (value === undefined || /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value;
  throw new UsageError(`--tenant ${value} is no tenant's id. "parked" lists the ids of the tenants.`);
}
