/** Everything at one look: which services answer, how far they are behind, what needs somebody. */
import { ApiError } from '@guichet/client';
import { feedServices, type ServiceName, serviceNames } from '@guichet/contracts';
import type { Command, Context } from '../command.js';
import { seconds, table } from '../table.js';
import type { ConsumerLag, FeedStatus, ParkedStream, Projections } from '../answers.js';

interface ServiceStatus {
  readonly service: string;
  /** One sentence each: what somebody has to look at. */
  readonly problems: readonly string[];
  readonly consumers: readonly ConsumerLag[];
  readonly parked: readonly ParkedStream[];
  readonly projections: Projections['projections'];
  readonly feed: FeedStatus | undefined;
}

export const statusCommand: Command = {
  takes: '',
  does: 'feeds, lags, projections and parked streams of all services; fails if one needs a look',
  run: async (context) => {
    const all = await Promise.all(serviceNames.map((service) => statusOf(context, service)));
    const problems = [...new Set(all.flatMap((one) => one.problems))];
    return { data: { problems, services: all }, text: describe(all, problems), isFine: problems.length === 0 };
  },
};

async function statusOf({ api, options }: Context, service: ServiceName): Promise<ServiceStatus> {
  try {
    const [consumers, parked, { projections, rebuilds }, feed] = await Promise.all([
      api.get<{ items: ConsumerLag[] }>(service, 'consumers'),
      api.get<{ items: ParkedStream[] }>(service, 'parked'),
      api.get<Projections>(service, 'projections'),
      feedServices.includes(service) ? api.get<FeedStatus>(service, 'feed') : undefined,
    ]);
    const late = consumers.items.filter((lag) => lag.seconds > options.maxLagSeconds);
    const problems = [
      ...(feed?.problems ?? []),
      ...(feed?.live === false ? [`${service}: its process follows no more; start it again`] : []),
      ...late.map((lag) => `${service}: ${lag.consumer} is ${seconds(lag.seconds)} behind in its log "${lag.log}"`),
      ...feedLags(service, feed, options.maxLagSeconds),
      ...parked.items.map(({ streamId, consumer }) => `${service}: ${consumer} has parked the stream ${streamId}`),
      ...projections.flatMap(({ name, codeVersion, slots }) => {
        const live = slots.find(({ slot }) => slot === 'live')?.version;
        return live === codeVersion
          ? []
          : [`${service}: the live ${name} is of version ${live ?? '–'}, not ${codeVersion}`];
      }),
      ...rebuilds.flatMap(({ projection, state, error }) =>
        state === 'failed' ? [`${service}: the last rebuild of ${projection} failed: ${error}`] : [],
      ),
    ];
    return { service, problems, consumers: consumers.items, parked: parked.items, projections, feed };
  } catch (error) {
    // A service that is away must not hide the others; without a token nothing can be asked.
    if (!(error instanceof ApiError) || error.status === 401 || error.status === 403) throw error;
    const problems = [`${service}: ${error.message}`];
    return { service, problems, consumers: [], parked: [], projections: [], feed: undefined };
  }
}

/** What waits in front of the service's own logs: events that are not sent, records that are not received. */
function feedLags(service: string, feed: FeedStatus | undefined, maxSeconds: number): string[] {
  const unsent = (feed?.publications ?? []).flatMap(({ source, lagSeconds = 0 }) =>
    source === service && lagSeconds > maxSeconds
      ? [`${service}: an event of its log has waited for ${seconds(lagSeconds)} to be sent`]
      : [],
  );
  const unreceived = (feed?.subscriptions ?? []).flatMap(
    ({ consumer, source, partition, lagRecords = 0, lagSeconds = 0 }) =>
      consumer === service && lagSeconds > maxSeconds
        ? [
            `${service}: ${lagRecords} records of ${source}, partition ${partition}, wait to be received, ` +
              `for ${seconds(lagSeconds)} at least`,
          ]
        : [],
  );
  return [...unsent, ...unreceived];
}

function describe(all: readonly ServiceStatus[], problems: readonly string[]): string {
  const consumers = all.flatMap(({ service, consumers: lags }) =>
    lags.map((lag) => [service, lag.consumer, lag.log, lag.position, lag.events, seconds(lag.seconds)]),
  );
  const published = all.flatMap(({ service, feed }) =>
    (feed?.publications ?? [])
      .filter(({ source }) => source === service)
      .map(({ source, position, head, leading, lagSeconds }) => [
        source,
        position,
        head - position,
        lagSeconds === undefined ? '–' : seconds(lagSeconds),
        leading ? 'this replica' : 'another',
      ]),
  );
  const followed = all.flatMap(({ service, feed }) =>
    (feed?.subscriptions ?? [])
      .filter(({ consumer }) => consumer === service)
      .map(({ consumer, source, partition, position, lagRecords, lagSeconds, halted }) => [
        consumer,
        source,
        partition,
        position,
        lagRecords ?? '–',
        lagSeconds === undefined ? '–' : seconds(lagSeconds),
        halted ?? 'flows',
      ]),
  );
  const parked = all.reduce((sum, one) => sum + one.parked.length, 0);
  return [
    'Projections and policies',
    table(['service', 'consumer', 'log', 'position', 'behind', 'oldest'], consumers),
    'Published',
    table(['source', 'position', 'behind', 'oldest', 'sent by'], published),
    'Followed',
    table(['service', 'source', 'partition', 'position', 'behind', 'oldest', 'state'], followed),
    `Parked streams: ${parked}`,
    '',
    ...(problems.length === 0 ? ['All is well.'] : ['To look at:', ...problems.map((problem) => `  ${problem}`)]),
  ].join('\n');
}
