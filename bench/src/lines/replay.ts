import { PageReader } from '@guichet/event-sourcing';
import pg from 'pg';
import type { BenchLine } from '../line.js';
import { createProductLog } from '../log/product-log.js';
import { fillLog } from '../log/many-tickets.js';
import { copyOut } from '../postgres/copy-out.js';
import { atLeast, figure, interleave, ratio, secondsOf } from '../rounds.js';

const pageSize = 10_000;

/** The whole log read from its beginning, as a new projection reads it. */
export const replay: BenchLine = {
  id: 'replay',
  title: 'Replay through the reader',
  seconds: 75,
  async run(context) {
    const { database, log } = await createProductLog(context, 'replay');
    const events = await fillLog(database.adminUrl, 'routing', context.isQuick ? 10_000 : 80_000);
    const client = new pg.Client({ connectionString: database.adminUrl });
    await client.connect();
    context.after(() => client.end());
    const { reader, copy } = await interleave(
      {
        reader: async () => {
          const seconds = await secondsOf(async () => {
            const pages = new PageReader(pageSize);
            for (let read = 0; read < events;) read += (await pages.read(log, read)).events.length;
          });
          return events / seconds;
        },
        copy: async () => {
          const seconds = await secondsOf(() => copyOut(client, 'copy event_log to stdout'));
          return events / seconds;
        },
      },
      { rounds: context.isQuick ? 3 : 6 },
    );
    return {
      figures: [
        ratio('replay through the reader ÷ COPY of the raw rows', reader, copy, atLeast(0.65)),
        figure('replay through the reader', 'events/s', reader),
        figure('COPY of the raw rows', 'rows/s', copy),
      ],
      notes: [
        `${events.toLocaleString('en')} events, pages of ${pageSize.toLocaleString('en')}; what is answered is parsed, checked and decoded.`,
        'COPY: `copy event_log to stdout` into the same process through pg, which counts the rows and looks at none.',
      ],
    };
  },
};
