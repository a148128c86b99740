import { serviceNames } from '@guichet/contracts';
import type { ParkedEvent, ParkedStream, Replayed } from '../answers.js';
import { UsageError } from '../../command-line.js';
import { type Command, type Context, exactly, knownService, type Outcome } from '../command.js';
import { table } from '../table.js';

const oneStream = '<service> <streamId>';

const parked: Command = {
  takes: '[<service>]',
  does: 'streams with an event that could not be applied; fails if there are any',
  run: async ({ api }, args) => {
    const asked =
      args.length === 0 ? serviceNames : exactly(['service'] as const, args).map((one) => knownService(one));
    const lists = await Promise.all(
      asked.map(async (service) => {
        const { items } = await api.get<{ items: ParkedStream[] }>(service, 'parked');
        return items.map((item) => ({ service, ...item }));
      }),
    );
    const items = lists.flat();
    const rows = items.map((one) => [
      ...[one.service, one.consumer, one.streamId, one.tenantId],
      ...[one.events, one.firstType, one.reason],
    ]);
    const text = table(['service', 'consumer', 'stream', 'tenant', 'events', 'first', 'why'], rows);
    return { data: items, text, isFine: items.length === 0 };
  },
};

const showParked: Command = {
  takes: oneStream,
  does: 'the events of a parked stream, in order, and why they wait',
  run: async ({ api, options }, args) => {
    const [service, streamId] = exactly(['service', 'streamId'] as const, args);
    const path = `parked/${encodeURIComponent(streamId)}${ofTenant(options)}`;
    const { items } = await api.get<{ items: ParkedEvent[] }>(knownService(service), path);
    const rows = items.map((one) => [
      one.consumer,
      one.log,
      one.position,
      one.type,
      one.parkedAt,
      one.reason ?? 'waits behind it',
    ]);
    return {
      data: items,
      text: table(['consumer', 'log', 'position', 'event', 'parked at', 'why'], rows),
      isFine: true,
    };
  },
};

const replay: Command = {
  takes: '<service> [<streamId>]',
  does: 'apply its events now, in order, after the mend; without a stream: all of the --tenant',
  run: async (context, args) => {
    const { tenantId } = context.options;
    if (args.length !== 1 || tenantId === undefined) return again(context, args, 'replay');
    const service = knownService(args[0]);
    const { items } = await context.api.get<{ items: ParkedStream[] }>(service, 'parked');
    const ofTenant = items.filter((one) => one.tenantId === tenantId.toLowerCase());
    const results: Replayed['results'][number][] = [];
    for (const streamId of new Set(ofTenant.map((one) => one.streamId)))
      results.push(...(await sent(context, service, streamId, 'replay')).results);
    return outcomeOf({ results });
  },
};

const discard: Command = {
  takes: oneStream,
  does: 'leave out the event that fails, for good, and apply the ones after it (--yes)',
  run: (context, args) => {
    if (!context.options.yes)
      throw new UsageError(
        'An event that is discarded is missing in this read model for good. Look at it with "show-parked"; then say --yes.',
      );
    return again(context, args, 'discard');
  },
};

async function again(context: Context, args: readonly string[], action: string): Promise<Outcome> {
  const [service, streamId] = exactly(['service', 'streamId'] as const, args);
  return outcomeOf(await sent(context, knownService(service), streamId, action));
}

const sent = ({ api, options }: Context, service: string, streamId: string, action: string): Promise<Replayed> => {
  const path = `parked/${encodeURIComponent(streamId)}/${action}${ofTenant(options)}`;
  return api.post<Replayed>(service, path, {}, 300_000);
};

function outcomeOf(data: Pick<Replayed, 'results'>): Outcome {
  const lines = data.results.map(({ consumer, applied, discarded, remaining, reason }) => {
    const left = remaining === 0 ? 'nothing is parked any more' : `${remaining} stay parked: ${reason}`;
    return `${consumer}: ${applied} events applied, ${discarded} left out; ${left}`;
  });
  return { data, text: lines.join('\n'), isFine: data.results.every(({ remaining }) => remaining === 0) };
}

const ofTenant = ({ tenantId }: Context['options']): string =>
  tenantId === undefined ? '' : `?tenantId=${encodeURIComponent(tenantId)}`;

export const parkedCommands = { parked, 'show-parked': showParked, replay, discard };
