/** Logs proven against their chains of hashes, read models against the logs they are folded from. */
import { serviceNames } from '@guichet/contracts';
import type { Chain, Comparison, Projections } from '../answers.js';
import { type Command, type Context, exactly, knownService, type Outcome } from '../command.js';
import { positionsText, target } from './projections.js';

interface Verified extends Comparison {
  readonly service: string;
  readonly projection: string;
}

interface VerifiedLog extends Chain {
  readonly service: string;
}

/** A log of years takes its time. */
const foldMs = 6 * 3_600_000;

const verify: Command = {
  takes: '[<service> [<projection>]]',
  does: 'follow the chain of each log, fold it from zero and compare with the live tables; fails where one differs',
  run: async (context, args) => {
    const logs: VerifiedLog[] = [];
    for (const service of args.length >= 2 ? [] : servicesOf(args)) {
      context.progress(`Verifying the logs of ${service}`);
      const { items } = await context.api.post<{ items: Chain[] }>(service, 'log/verify', {}, foldMs);
      logs.push(...items.map((chain) => ({ service, ...chain })));
    }
    const verified: Verified[] = [];
    for (const [service, projection] of await asked(context, args)) {
      context.progress(`Verifying ${projection} of ${service}`);
      const path = `projections/${encodeURIComponent(projection)}/verify`;
      const comparison = await context.api.post<Comparison>(service, path, {}, foldMs);
      verified.push({ service, projection, ...comparison });
    }
    const { data, text, isFine } = outcome(verified);
    return {
      data: [...logs, ...(data as Verified[])],
      text: [...logs.map(describeLog), text].join('\n'),
      isFine: isFine && logs.every(({ broken }) => broken === undefined),
    };
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

const servicesOf = (args: readonly string[]): readonly string[] =>
  args.length === 0 ? serviceNames : exactly(['service'] as const, args).map((one) => knownService(one));

async function asked({ api }: Context, args: readonly string[]): Promise<[service: string, projection: string][]> {
  if (args.length >= 2) return [target(args)];
  const all = servicesOf(args).map(async (service) => {
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

function describeLog({ service, log, position, hash, uncovered, broken }: VerifiedLog): string {
  const name = `${service} ${log === 'own' ? 'log' : 'received log'}`;
  if (broken) {
    const { from, to, reason } = broken;
    return `${name}: BROKEN at position ${from}${to > from ? ` (or up to ${to})` : ''}: ${reason}`;
  }
  const newest = uncovered > 0 ? `, ${uncovered} newest not covered yet` : '';
  return `${name}: whole up to position ${position.toLocaleString('en-US')}, hash ${hash}${newest}`;
}

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
