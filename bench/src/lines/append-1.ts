import type { BenchLine } from '../line.js';
import { appendFlatOut, createProductLog } from '../log/product-log.js';
import { createOneRowInserts } from '../postgres/one-row-inserts.js';
import { atLeast, figure, interleave, ratio } from '../rounds.js';

/** One writer alone, who has nobody to share a commit with. */
export const append1: BenchLine = {
  id: 'append-1',
  title: 'Append with 1 writer',
  seconds: 45,
  async run(context) {
    // Short and many: what else the machine does in a moment meets both sides.
    const seconds = 0.5;
    const { store } = await createProductLog(context, 'append');
    const inserts = await createOneRowInserts(context);
    const { ours, rows } = await interleave(
      {
        ours: async () => (await appendFlatOut(store, 1, seconds)).perSecond,
        rows: () => inserts.perSecondThroughPg(1, seconds),
      },
      { rounds: context.isQuick ? 6 : 40 },
    );
    return {
      figures: [
        ratio('append, 1 writer ÷ one INSERT', ours, rows, atLeast(0.8)),
        figure('append, 1 writer', 'appends/s', ours),
        figure('one INSERT + commit, 1 client', 'rows/s', rows),
      ],
      notes: [
        'One event of about 350 bytes an append; streams of 8 events, one after the other.',
        'INSERT: a table (id bigserial primary key, data jsonb), through pg, prepared, from the same process.',
      ],
    };
  },
};
