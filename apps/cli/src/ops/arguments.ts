/** The command line. */
import { parseArgs } from 'node:util';
import { UsageError } from './command.js';

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
  /** A lag above it counts as something to look at, seconds. */
  readonly maxLagSeconds: number;
}

export interface Arguments {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: Options;
}

/** @throws UsageError; undefined when only help was asked for */
export function parseArguments(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Arguments | undefined {
  const { values, positionals } = parse(argv);
  const [command, ...args] = positionals;
  if (values.help === true || command === 'help' || command === undefined) return undefined;
  if (values.url !== undefined && !URL.canParse(values.url)) throw new UsageError(`--url ${values.url} is no address`);
  const maxLagSeconds = Number(values['max-lag'] ?? 60);
  if (!(maxLagSeconds >= 0)) throw new UsageError('--max-lag: a number of seconds, 0 or more');
  const options = {
    ...{ url: values.url, token: values.token, json: values.json === true, maxLagSeconds },
    dataDir: values.data ?? (env['GUICHET_DATA_DIR'] || '.guichet'),
    ...{ swap: values['no-swap'] !== true, search: values.search === true, yes: values.yes === true },
  };
  return { command, args, options };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        url: { type: 'string' },
        token: { type: 'string' },
        data: { type: 'string' },
        json: { type: 'boolean' },
        'no-swap': { type: 'boolean' },
        search: { type: 'boolean' },
        yes: { type: 'boolean' },
        'max-lag': { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
