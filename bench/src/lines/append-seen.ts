import { prepareReadModels, ProjectionRunner, type Projection, roleOf } from '@guichet/event-sourcing';
import type { BenchContext, BenchLine, Figure } from '../line.js';
import { paced } from '../load/paced.js';
import { append, createProductLog, type ProductLog } from '../log/product-log.js';
import { type Place, writersPlaces } from '../log/replies.js';
import { atMost, figure, quantile } from '../rounds.js';

const writers = 64;
const perSecond = 1000;

/** How long after its answer a writer has to wait until a read model shows what was written. */
export const appendSeen: BenchLine = {
  id: 'append-seen',
  title: 'Append → seen by an in-process projection',
  seconds: 60,
  async run(context) {
    const seconds = context.isQuick ? 2 : 8;
    const product = await createProductLog(context, 'seen');
    const watch = await startProjection(context, product);
    const rounds: { p50: number; p99: number }[] = [];
    for (let round = -1; round < (context.isQuick ? 2 : 5); round++) {
      const delays = await watch.round(round, seconds);
      if (round >= 0) rounds.push({ p50: quantile(delays, 0.5), p99: quantile(delays, 0.99) });
    }
    const ms = (name: string, values: readonly number[], most: number): Figure =>
      figure(name, 'ms', values, atMost(most));
    return {
      figures: [
        ms(
          'append → seen, busy, p50',
          rounds.map(({ p50 }) => p50),
          1,
        ),
        ms(
          'append → seen, busy, p99',
          rounds.map(({ p99 }) => p99),
          10,
        ),
      ],
      notes: [
        `Busy: ${perSecond} appends a second at even distances, whatever is answered when, by up to ${writers} writers.`,
        'From the answer to an append until the transaction that has it in the read model is committed; one row a ticket, ' +
          'through ProjectionRunner with the batches and waits of the services.',
      ],
    };
  },
};

async function startProjection(context: BenchContext, { database, pool, store, log }: ProductLog) {
  /** Position → when its append was answered, and when it was seen. */
  const answered = new Map<number, number>();
  const seen = new Map<number, number>();
  const projection = repliesOfTickets((positions) => {
    const now = performance.now();
    for (const position of positions) seen.set(position, now);
  });
  const { ownerUrl: url, appUrl } = database;
  await prepareReadModels({ url, appRole: roleOf(appUrl), readModels: [{ projection, logs: [log.name] }] });
  const runner = new ProjectionRunner({ pool, projection, logs: [log] });
  await runner.start();
  context.after(() => runner.stop());
  return {
    /** Milliseconds from answered to seen, sorted; none is negative: what was seen first is 0. */
    round: async (block: number, seconds: number): Promise<number[]> => {
      const places = writersPlaces(writers, block + 1);
      answered.clear();
      seen.clear();
      await paced(writers, perSecond, seconds, async (writer) => {
        const { position } = await append(store, (places[writer] as () => Place)());
        answered.set(position, performance.now());
      });
      if (!(await runner.waitFor('own', Math.max(...answered.keys()), 30_000))) throw new Error('Never seen.');
      return [...answered]
        .map(([position, at]) => Math.max(0, (seen.get(position) as number) - at))
        .sort((a, b) => a - b);
    },
  };
}

/** A read model as small as they come: replies by ticket. */
function repliesOfTickets(committed: (positions: readonly number[]) => void): Projection {
  return {
    name: 'replies',
    version: 1,
    tables: ['replies'],
    ddl: (schema) => [
      `create table ${schema}.replies (stream_id text primary key, tenant_id uuid not null, replies int not null)`,
    ],
    apply: async (events, tx) => {
      const counts = [...Map.groupBy(events, ({ streamId }) => streamId)];
      await tx.query({
        name: `replies ${tx.schema}`,
        text: `insert into ${tx.schema}.replies as r (stream_id, tenant_id, replies)
               select * from unnest($1::text[], $2::uuid[], $3::int[])
               on conflict (stream_id) do update set replies = r.replies + excluded.replies`,
        values: [
          counts.map(([streamId]) => streamId),
          counts.map(([, list]) => list[0]?.tenantId),
          counts.map(([, list]) => list.length),
        ],
      });
    },
    afterCommit: (events) => committed(events.map(({ position }) => position)),
  };
}
