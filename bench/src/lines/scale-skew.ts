import { randomUUID } from 'node:crypto';
import { Partitioners } from 'kafkajs';
import type { BenchLine } from '../line.js';
import { figure } from '../rounds.js';
import { imbalance, placedByHash, placedBySize, zipf } from '../scale/zipf.js';

const tenants = 10_000;
const databases = 48;
const partitions = 96;

/** A simulation: nothing is timed. How evenly tenants lie on databases, and streams on partitions. */
export const scaleSkew: BenchLine = {
  id: 'scale-skew',
  title: 'Skew of tenants over databases, and of streams over partitions',
  seconds: 15,
  async run({ isQuick }) {
    const rounds = isQuick ? 3 : 20;
    const streams = isQuick ? 100_000 : 1_000_000;
    const seeds = Array.from({ length: rounds }, (_, i) => i + 1);
    const figures = [0.8, 1, 1.2].flatMap((exponent) => {
      const shares = zipf(tenants, exponent);
      const of = `Zipf ${exponent}`;
      return [
        figure(`${of}: the largest tenant`, '%', [(shares[0] ?? 0) * 100]),
        figure(
          `${of}: fullest of ${databases} databases ÷ mean, by hash`,
          '×',
          seeds.map((seed) => imbalance(placedByHash(shares, databases, seed))),
        ),
        figure(`${of}: the same, the largest tenants placed first`, '×', [imbalance(placedBySize(shares, databases))]),
      ];
    });
    const perPartition = [1, 2, 3].map(() => imbalance(partitionLoads(streams)));
    return {
      figures: [...figures, figure(`fullest of ${partitions} partitions ÷ mean, by stream id`, '×', perPartition)],
      notes: [
        `${tenants.toLocaleString('en')} tenants; the tenant of rank r has a share in proportion to 1 / r^exponent; ${rounds} sets of ids.`,
        `${streams.toLocaleString('en')} streams with random ids, placed by Kafka's own partitioner (murmur2), as the relay does.`,
      ],
    };
  },
};

function partitionLoads(streams: number): readonly number[] {
  const partitionOf = Partitioners.DefaultPartitioner();
  const none = { partitionErrorCode: 0, leader: 0, replicas: [], isr: [] };
  const partitionMetadata = Array.from({ length: partitions }, (_, partitionId) => ({ ...none, partitionId }));
  const loads = new Array<number>(partitions).fill(0);
  for (let i = 0; i < streams; i++) {
    const key = `handling-${randomUUID()}`;
    const partition = partitionOf({ topic: '', partitionMetadata, message: { key, value: null } });
    loads[partition] = (loads[partition] ?? 0) + 1;
  }
  return loads;
}
