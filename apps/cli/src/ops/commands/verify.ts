/** Read models proven against the log they are folded from. */
import { serviceNames } from '@guichet/contracts';
import type { Comparison, Projections } from '../answers.js';
import { type Command, type Context, exactly, knownService, type Outcome } from '../command.js';
import { positionsText, target } from './projections.js';

interface Verified extends Comparison {
  readonly service: string;
  readonly projection: string;
}

/** A log of years takes its time. */
const foldMs = 6 * 3_600_000;

const verify: Command = {
  takes: '[<service> [<projection>]]',
  does: 'fold the log from zero and compare with the live tables; fails where they differ',
  run: async (context, args) => {
    const verified: Verified[] = [];
    for (const [service, projection] of await asked(context, args)) {
      context.progress(`Verifying ${projection} of ${service}`);
      const path = `projections/${encodeURIComponent(projection)}/verify`;
      const comparison = await context.api.post<Comparison>(service, path, {}, foldMs);
      verified.push({ service, projection, ...comparison });
    }
    return outcome(verified);
  },
};

const compare: Command = {
  takes: '<service> <projection>',
  does: 'compare what was rebuilt with --no-swap with the live tables, before a swap',
  run: async ({ api }, args) => {
    const [service, projection] = target(args);
    const path = `projections/${encodeURIComponent(projection)}/compare`;
    return outcome([{ service, projection, ...(await api.post<Comparison>(service, path, {}, foldMs)) }]);
  },
};

async function asked({ api }: Context, args: readonly string[]): Promise<[service: string, projection: string][]> {
  if (args.length >= 2) return [target(args)];
  const among = args.length === 0 ? serviceNames : exactly(['service'] as const, args).map((one) => knownService(one));
  const all = among.map(async (service) => {
    const { projections } = await api.get<Projections>(service, 'projections');
    return projections.map(({ name }): [string, string] => [service, name]);
  });
  return (await Promise.all(all)).flat();
}

const outcome = (verified: readonly Verified[]): Outcome => ({
  data: verified,
  text: verified.map(describe).join('\n'),
  isFine: verified.every(({ equal }) => equal),
});

function describe({ service, projection, equal, tables, positions, parkedEvents }: Verified): string {
  const at = `at ${positionsText(positions)}`;
  if (equal) {
    const rows = tables.reduce((sum, { liveRows }) => sum + liveRows, 0);
    return `${service} ${projection}: equal, ${rows.toLocaleString('en-US')} rows in ${tables.length} tables, ${at}`;
  }
  const { live, next } = parkedEvents;
  return [
    `${service} ${projection}: DIFFERENT ${at}`,
    ...(live === next ? [] : [`  ${live} events are parked, ${next} when folded anew`]),
    ...tables
      .filter((table) => !table.equal)
      .flatMap(({ table, liveRows, nextRows, differences }) => [
        `  ${table}: ${liveRows} rows, ${nextRows} when folded anew`,
        ...differences.map((one) => `    only ${one.in === 'live' ? 'live' : 'anew'}: ${JSON.stringify(one.row)}`),
      ]),
  ].join('\n');
}

export const verifyCommands = { compare, verify };
