import { createPool, eventSourcingMigrations, migrate } from '@guichet/event-sourcing';
import { type FeedRecord, ReceivedLog, receivedLogMigrations } from '@guichet/messaging';
import { idOf, recordsOf } from '../guard/tickets.js';
import type { BenchLine } from '../line.js';
import { figure, interleave, ratio, secondsOf } from '../rounds.js';

const partitions = 6;
const batch = 500;

/** Whether a follower receives faster from several partitions at once: all of them end in one log with one order. */
export const scalePartitions: BenchLine = {
  id: 'scale-partitions',
  title: 'Receive from several partitions at once into one received log',
  seconds: 45,
  async run(context) {
    const database = await context.database('scale');
    const migrations = [...eventSourcingMigrations, ...receivedLogMigrations];
    await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations });
    const pool = createPool({ url: database.appUrl });
    context.after(() => pool.end());
    const log = new ReceivedLog({ pool });
    const records = context.isQuick ? 6_000 : 30_000;
    let turn = 0;
    const from = (count: number) => async () => {
      turn++;
      const lanes = lanesOf(turn, records, count);
      return records / (await secondsOf(() => Promise.all(lanes.map((lane, i) => receive(log, turn, i, lane)))));
    };
    const { one, six } = await interleave({ one: from(1), six: from(partitions) }, { rounds: context.isQuick ? 2 : 5 });
    return {
      figures: [
        ratio(`${partitions} partitions at once ÷ 1`, six, one),
        figure('1 partition', 'records/s', one),
        figure(`${partitions} partitions at once`, 'records/s', six),
      ],
      notes: [
        `ReceivedLog.receive in batches of ${batch} records, one process, no Kafka: what storing alone gains from partitions.`,
      ],
    };
  },
};

/** The records of one turn, dealt out to partitions by ticket; each names the one before it in its partition. */
function lanesOf(turn: number, records: number, count: number): readonly (readonly FeedRecord[])[] {
  const tickets = records / 5;
  const history = { tenantId: idOf('tenant'), name: `turn-${turn}`, fromMs: 0, everyMs: 60_000, tickets };
  const lanes: FeedRecord[][] = Array.from({ length: count }, () => []);
  recordsOf('routing', history, turn * records).forEach((record, i) => {
    const lane = lanes[Math.floor(i / 5) % count] as FeedRecord[];
    lane.push({ ...record, previous: lane.at(-1)?.position ?? 0 });
  });
  return lanes;
}

async function receive(log: ReceivedLog, turn: number, partition: number, lane: readonly FeedRecord[]): Promise<void> {
  for (let i = 0; i < lane.length; i += batch) {
    const records = lane.slice(i, i + batch);
    const cursor = records.at(-1)?.cursor ?? 0;
    const { stopped } = await log.receive({ feed: `turn-${turn}`, source: 'routing', partition, records, cursor });
    if (stopped) throw new Error(stopped.detail);
  }
}
