import { parseArgs } from 'node:util';

export const usage = `Measures Guichet beside its peers, in ratios of one run on this machine.

  npm run bench [-- <line> …]

  <line>     only these lines, by id or the beginning of one; default all
  --list     the lines, and how long each takes
  --quick    less data and fewer rounds, to try a line out; never for the docs
  --json     file for the results as data
  --report   file for the results as a page; lines that did not run now are kept from the data beside it (same name, .json)
  --help     this text

  The machine should have nothing else to do. Peers are installed on the first run.`;

export interface Arguments {
  readonly lines: readonly string[];
  readonly list: boolean;
  readonly quick: boolean;
  readonly json?: string;
  readonly report?: string;
  readonly help: boolean;
}

/** Said as it is, without a stack trace. */
export class UsageError extends Error {}

export function parseArguments(args: readonly string[]): Arguments {
  const string = { type: 'string' } as const;
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      strict: true,
      allowPositionals: true,
      options: { list: flag, quick: flag, json: string, report: string, help: flag },
    });
    if (values.quick && values.report !== undefined) {
      throw new UsageError('--quick figures are not for a page: leave out --quick or --report.');
    }
    return { lines: positionals, ...values };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError((error as Error).message);
  }
}

/** The lines meant by `asked`: whole ids, or beginnings of ids. */
export function chosen<Line extends { readonly id: string }>(all: readonly Line[], asked: readonly string[]): Line[] {
  if (asked.length === 0) return [...all];
  const meant = new Set<Line>();
  for (const name of asked) {
    const found = all.filter(({ id }) => id === name || id.startsWith(`${name}-`));
    if (found.length === 0) {
      throw new UsageError(`There is no line ${name}. The lines: ${all.map(({ id }) => id).join(', ')}.`);
    }
    for (const line of found) meant.add(line);
  }
  return all.filter((line) => meant.has(line));
}
