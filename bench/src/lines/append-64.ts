import type { BenchLine } from '../line.js';
import { flatOut } from '../load/flat-out.js';
import { openEmmett } from '../log/emmett.js';
import { appendFlatOut, createProductLog } from '../log/product-log.js';
import { type Place, writersPlaces } from '../log/replies.js';
import { createOneRowInserts } from '../postgres/one-row-inserts.js';
import { atLeast, figure, interleave, quantile, ratio } from '../rounds.js';

const writers = 64;
/** With 10 and 20 it was slower. */
const emmettConnections = 64;

/** Many writers at once, beside another event store and beside a database that commits row by row. */
export const append64: BenchLine = {
  id: 'append-64',
  title: 'Append with 64 writers',
  seconds: 75,
  async run(context) {
    const seconds = context.isQuick ? 2 : 4;
    const { store } = await createProductLog(context, 'append');
    const emmett = await openEmmett(context, emmettConnections);
    const inserts = await createOneRowInserts(context);
    let latencies: number[] = [];
    let block = 0;
    const { ours, theirs, rows } = await interleave(
      {
        ours: async () => {
          const { perSecond, latenciesMs } = await appendFlatOut(store, writers, seconds);
          latencies = latencies.concat(latenciesMs);
          return perSecond;
        },
        theirs: async () => {
          const places = writersPlaces(writers, block++);
          const one = (writer: number) => {
            const { streamId, version, event } = (places[writer] as () => Place)();
            return emmett.append(streamId, version, event);
          };
          return (await flatOut(writers, seconds, one)).perSecond;
        },
        rows: () => inserts.perSecond(writers, seconds),
      },
      { rounds: context.isQuick ? 2 : 5 },
    );
    latencies.sort((a, b) => a - b);
    const [p50, p99] = [quantile(latencies, 0.5), quantile(latencies, 0.99)];
    return {
      figures: [
        ratio('append, 64 writers ÷ Emmett', ours, theirs, atLeast(12)),
        ratio('append, 64 writers ÷ one-row INSERT + commit, 64 clients', ours, rows, atLeast(2)),
        figure('append, 64 writers', 'appends/s', ours),
        figure('Emmett, 64 writers', 'appends/s', theirs),
        figure('one-row INSERT + commit, 64 clients', 'rows/s', rows),
      ],
      notes: [
        'One event of about 350 bytes an append; each writer fills streams of 8 events, one after the other.',
        `Ours: EventStore.append in one process, answered after ${p50.toFixed(1)} ms (p50) and ${p99.toFixed(1)} ms (p99).`,
        `Emmett 0.42 with emmett-postgresql: a pool of ${emmettConnections} connections, no projections.`,
        `INSERT: a table (id bigserial primary key, data jsonb), ${inserts.by === 'pgbench' ? 'by pgbench, prepared' : 'through pg, prepared'}.`,
      ],
    };
  },
};
