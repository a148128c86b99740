import { appendFunctions } from '@guichet/event-sourcing/append-functions';
import pg from 'pg';
import type { BenchContext, BenchLine } from '../line.js';
import { appendFlatOut, createProductLog, type ProductLog } from '../log/product-log.js';
import { figure, interleave, ratio } from '../rounds.js';

/** What the chain of hashes costs: the same log with it and without, in turns. */
export const appendChain: BenchLine = {
  id: 'append-chain',
  title: 'Append with and without the chain of hashes',
  seconds: 60,
  async run(context) {
    const seconds = context.isQuick ? 2 : 4;
    const [chained, plain] = [await createProductLog(context, 'chained'), await withoutChain(context)];
    const rate = (log: ProductLog, writers: number) => async () =>
      (await appendFlatOut(log.store, writers, seconds)).perSecond;
    const { chained64, plain64, chained1, plain1 } = await interleave(
      { chained64: rate(chained, 64), plain64: rate(plain, 64), chained1: rate(chained, 1), plain1: rate(plain, 1) },
      { rounds: context.isQuick ? 2 : 5 },
    );
    return {
      figures: [
        ratio('append with the chain ÷ without, 64 writers', chained64, plain64),
        ratio('append with the chain ÷ without, 1 writer', chained1, plain1),
        figure('append with the chain, 64 writers', 'appends/s', chained64),
        figure('append without the chain, 64 writers', 'appends/s', plain64),
        figure('append with the chain, 1 writer', 'appends/s', chained1),
        figure('append without the chain, 1 writer', 'appends/s', plain1),
      ],
      notes: [
        'One event of about 350 bytes an append. The chain is one SHA-256 of each row, in the function that appends.',
        'Without: the same function with the chain left out, which the product cannot do.',
      ],
    };
  },
};

async function withoutChain(context: BenchContext): Promise<ProductLog> {
  const log = await createProductLog(context, 'unchained');
  const owner = new pg.Client({ connectionString: log.database.ownerUrl });
  await owner.connect();
  try {
    for (const statement of appendFunctions({ isChained: false })) await owner.query(statement);
  } finally {
    await owner.end();
  }
  return log;
}
