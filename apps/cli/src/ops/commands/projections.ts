import { serviceNames } from '@guichet/contracts';
import { setTimeout as pause } from 'node:timers/promises';
import type { Projections, Rebuild } from '../answers.js';
import { type Command, type Context, exactly, knownService, type Outcome } from '../command.js';
import { table } from '../table.js';

const oneProjection = '<service> <projection>';
const pollMs = 500;
/** Replicas know only the rebuilds asked of them: how often in a row one may answer that it knows nothing. */
const maxUnknown = 40;

const projections: Command = {
  takes: '[<service>]',
  does: 'builds of each projection: live, rebuilt beside it, kept of before',
  run: async ({ api }, args) => {
    const asked =
      args.length === 0 ? serviceNames : exactly(['service'] as const, args).map((one) => knownService(one));
    const all = await Promise.all(
      asked.map(async (service) => ({ service, ...(await api.get<Projections>(service, 'projections')) })),
    );
    const rows = all.flatMap((one) => one.projections.flatMap((projection) => rowsOf(one.service, projection)));
    return { data: all, text: table(['service', 'projection', 'tables', 'version', 'positions'], rows), isFine: true };
  },
};

const rowsOf = (service: string, { name, slots }: Projections['projections'][number]): string[][] =>
  slots.map(({ slot, version, positions }) => [service, name, slot, String(version), positionsText(positions)]);

export const positionsText = (positions: Readonly<Record<string, number>>): string =>
  Object.entries(positions)
    .map(([log, position]) => `${log} ${position.toLocaleString('en-US')}`)
    .join(', ');

const rebuild: Command = {
  takes: oneProjection,
  does: 'fold it anew beside the live tables, then swap (--no-swap: do not)',
  run: async (context, args) => {
    const [service, projection] = target(args);
    const { swap } = context.options;
    const path = `projections/${encodeURIComponent(projection)}/rebuild`;
    const begun = await context.api.post<Rebuild>(service, path, { swap });
    const ended = await followRebuild(context, service, begun);
    if (ended === undefined)
      return {
        data: begun,
        text: `The rebuild of ${projection} goes on in another replica: look again with "projections ${service}".`,
        isFine: false,
      };
    const text = {
      swapped: `${projection} was rebuilt and is live. "rollback" brings the tables of before back.`,
      built: `${projection} was rebuilt beside the live tables. Go on with "compare", then "swap".`,
      failed: `The rebuild of ${projection} failed: ${ended.error}. The live tables are as they were.`,
      running: '',
    }[ended.state];
    return { data: ended, text, isFine: ended.state !== 'failed' };
  },
};

async function followRebuild(
  { api, progress }: Context,
  service: string,
  begun: Rebuild,
): Promise<Rebuild | undefined> {
  for (let unknown = 0; unknown < maxUnknown;) {
    const { rebuilds } = await api.get<Projections>(service, 'projections');
    const current = rebuilds.find(
      ({ projection, startedAt }) => projection === begun.projection && startedAt === begun.startedAt,
    );
    if (current && current.state !== 'running') return current;
    unknown = current ? 0 : unknown + 1;
    const where = Object.entries(current?.progress ?? {}).map(
      ([log, { position, head }]) => `${log} ${position}/${head}`,
    );
    progress(`Rebuilding ${begun.projection}: ${where.join(', ') || 'begun'}`);
    await pause(pollMs);
  }
  return undefined;
}

const swap: Command = {
  takes: oneProjection,
  does: 'make what was rebuilt with --no-swap the live tables',
  run: (context, args) =>
    move(context, args, 'swap', 'is live as it was rebuilt. "rollback" brings the tables of before back.'),
};

const rollback: Command = {
  takes: oneProjection,
  does: 'bring back the tables of before the last swap; they catch up',
  run: (context, args) => move(context, args, 'rollback', 'is live as it was before the last swap.'),
};

/** Tables move within moments, but wait for the queries that read them. */
const moveMs = 300_000;

async function move({ api }: Context, args: readonly string[], action: string, says: string): Promise<Outcome> {
  const [service, projection] = target(args);
  const path = `projections/${encodeURIComponent(projection)}/${action}`;
  const data = await api.post<Projections>(service, path, {}, moveMs);
  return { data, text: `${projection} ${says}`, isFine: true };
}

export function target(args: readonly string[]): [service: string, projection: string] {
  const [service, projection] = exactly(['service', 'projection'] as const, args);
  return [knownService(service), projection];
}

export const projectionCommands = { projections, rebuild, swap, rollback };
