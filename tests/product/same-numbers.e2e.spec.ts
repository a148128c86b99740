import { describeWithKafka } from '@guichet/testing';
import { startAllInOne, startSeparateServices } from './product.js';
import { type MorningFigures, workAMorning } from './work.js';

const expected: Partial<Record<string, number>> = {
  'tickets-opened': 12,
  'net-tickets': 10,
  'tickets-resolved': 4,
  'resolution-rate': 0.4, // resolved at least once, by now
  'response-rate': 0.4,
  'transfers-per-ticket': 0.3,
  'reopen-rate': 0.25,
  backlog: 7,
};

function check({ claims, kpis }: MorningFigures): void {
  expect(claims).toEqual([200, 409]); // of two at once, one wins
  for (const [kpi, value] of Object.entries(expected))
    expect([kpi, kpis[kpi]]).toEqual([kpi, expect.objectContaining({ value })]);
}

let inOneProcess: MorningFigures;

it('counts a morning’s work in one process', async () => {
  const product = await startAllInOne();
  try {
    inOneProcess = await workAMorning(product);
  } finally {
    await product.stop();
  }
  check(inOneProcess);
}, 300_000);

describeWithKafka('two replicas of every service, over Kafka', (kafka) => {
  it('count the same work the same', async () => {
    const product = await startSeparateServices(kafka.brokers);
    try {
      expect(await workAMorning(product)).toEqual(inOneProcess);
    } finally {
      await product.stop();
    }
  }, 600_000);
});
