import type { BenchLine } from '../line.js';
import { createProductLog } from '../log/product-log.js';
import { startWriterProcess } from '../log/writer-process.js';
import { atLeast, figure, interleave, ratio } from '../rounds.js';

/** Replicas of a service append to one log: what the lock between them costs. */
export const appendProcesses: BenchLine = {
  id: 'append-processes',
  title: 'Append from 4 processes with 16 writers each',
  seconds: 55,
  async run(context) {
    const seconds = context.isQuick ? 1 : 4;
    const { database } = await createProductLog(context, 'append');
    const processes = await Promise.all([1, 2, 3, 4].map(() => startWriterProcess(context, database.appUrl)));
    let block = 0;
    const appendBy = async (count: number, writers: number) => {
      const demands = processes.slice(0, count).map((one) => one.append({ writers, seconds, block: block++ }));
      return (await Promise.all(demands)).reduce((sum, perSecond) => sum + perSecond, 0);
    };
    const { four, one } = await interleave(
      { four: () => appendBy(4, 16), one: () => appendBy(1, 64) },
      { rounds: context.isQuick ? 2 : 5 },
    );
    return {
      figures: [
        ratio('append, 4 processes × 16 writers ÷ 1 × 64', four, one, atLeast(0.8)),
        figure('append, 4 processes × 16 writers', 'appends/s', four),
        figure('append, 1 process × 64 writers', 'appends/s', one),
      ],
      notes: [
        'Each process has its own EventStore; all append to one log, under its one head row.',
        'On this machine the four processes, the database and the disk share the cores named below.',
      ],
    };
  },
};
