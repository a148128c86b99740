import { readdirSync } from 'node:fs';
import type { ServiceName } from '@guichet/contracts';
import { describeWithKafka } from '@guichet/testing';
import { type Product, startAllInOne, startSeparateServices } from '../product.js';
import type { Journey, Measure } from './journey.js';
import { KnowledgeBase } from './knowledge-base.js';

const files = readdirSync(import.meta.dirname).filter((name) => /^\d+-.*\.ts$/.test(name));
const journeys = await Promise.all(
  files
    .toSorted((a, b) => Number.parseInt(a) - Number.parseInt(b))
    .map(async (file) => {
      const { journey } = (await import(`./${file}`)) as { readonly journey: Journey };
      return { number: Number.parseInt(file), journey };
    }),
);
// Journeys ask faster than people do.
const settings = { RATE_LIMIT_CLIENT: '0', RATE_LIMIT_TENANT: '0' };
/** By number: what the first engine's run came to. */
const measured = new Map<number, Measure>();

function theyLetPeople(engine: string, start: () => Promise<Product>): void {
  let product: Product;
  beforeAll(async () => {
    product = await start();
  }, 600_000);
  afterAll(() => product.stop(), 120_000);

  for (const { number, journey } of journeys) {
    const name = `lets people ${journey.title}`;
    if (journey.skipped !== undefined) {
      it.skip(`${name} (skipped: ${journey.skipped})`, () => undefined);
      continue;
    }
    it(
      name,
      async () => {
        const told: string[] = [];
        const kb = await KnowledgeBase.of(product, `journey-${number}`, told);
        const measure = await journey.run(kb);
        const figures = Object.entries(measure).map(([figure, value]) => `${figure} ${String(value)}`);
        console.info(`${engine}, journey ${number}: ${[...figures, ...told].join('; ')}`);
        if (!measured.has(number)) measured.set(number, measure);
        expect(measure).toEqual(measured.get(number));
      },
      300_000,
    );
  }
}

describe('The product in one process', () => theyLetPeople('In one process', () => startAllInOne(settings)));

/** Two of the service that the journeys are about. */
const replicasOf = (service: ServiceName) => (service === 'knowledge' ? 2 : 1);

describeWithKafka('The product as separate services, over Kafka,', (kafka) =>
  theyLetPeople('Over Kafka', () => startSeparateServices(kafka.brokers, { settings, replicasOf })),
);
