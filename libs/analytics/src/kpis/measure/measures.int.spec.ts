import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { arrival, batches, interleaved, tickets } from '../../../testing/arbitrary-tickets.js';
import { bases, type Basis, type MetricName, metrics } from '../../cells/metrics.js';
import { start, tenantId } from '../../../testing/ticket-story.js';
import { ticketKpis, ticketKpiOf } from '../definitions/catalogue.js';
import type { Dimension } from '../definitions/dimensions.js';
import { eventfulTickets } from '../../../testing/eventful-tickets.js';
import { FiguresDatabase } from '../../../testing/figures-database.node.js';
import { KpisQuery } from '../answers/kpis.query.js';
import { measure } from './measures.query.js';
import type { Measures, Spread } from './measures.js';
import { cuboidOf, hasBasis, type Need } from './needs.js';
import { bucketsOf, bucketUnits, periodOf } from '../definitions/period.js';
import { dimensionsUsed, type Question } from '../definitions/question.js';

let figures: FiguresDatabase;
let kpis: KpisQuery;
beforeAll(async () => {
  figures = await FiguresDatabase.create();
  kpis = new KpisQuery(figures.tenants);
});
afterAll(() => figures.drop());

const hourMs = 3_600_000;
const nowMs = start + 60 * 24 * hourMs;
const limits = [0, 3600, 86_400];

const needs = (Object.keys(metrics) as MetricName[])
  .filter((metric) => !metric.startsWith('backlog'))
  .flatMap((metric) => bases.filter((basis) => hasBasis(metric, basis)).map((basis): Need => needOf(metric, basis)));

function needOf(metric: MetricName, basis: Basis): Need {
  return { metric, basis, ...(metrics[metric].kind === 'distribution' ? { limits } : {}) };
}

const dimensions: fc.Arbitrary<readonly Dimension[]> = fc.constantFrom<readonly Dimension[]>(
  [],
  ['department'],
  ['channel'],
  ['priority'],
  ['department', 'priority'],
  ['agent'],
  ['activity'],
);
const values: Readonly<Record<string, readonly string[]>> = {
  department: ['billing', 'technical', 'sales', ''],
  channel: ['portal', 'email'],
  priority: ['low', 'normal', 'high'],
  agent: ['ada', 'bob', ''],
  activity: ['call', 'visit'],
};

const asked: fc.Arbitrary<Question> = fc
  .record({
    used: dimensions,
    grouped: fc.boolean(),
    filtered: fc.boolean(),
    pick: fc.nat(10),
    bucket: fc.option(fc.constantFrom(...bucketUnits), { nil: undefined }),
    // Hour 15 after the start of the stories is midnight UTC: whole days are read from other cells than hours.
    fromHour: fc.oneof(fc.constantFrom(-33, -9, 15, 39), fc.integer({ min: -30, max: 60 })),
    hours: fc.oneof(fc.constantFrom(24, 48, 96), fc.integer({ min: 1, max: 100 })),
    timeZone: fc.constantFrom('Etc/UTC', 'Europe/Paris', 'America/New_York'),
    departmentAt: fc.constantFrom('fact' as const, 'opening' as const),
  })
  .map(({ used, grouped, filtered, pick, bucket, fromHour, hours, timeZone, departmentAt }) => {
    const [first, ...rest] = used;
    const byFilter = grouped && first ? rest : used;
    const filters = filtered ? byFilter : [];
    return {
      kpi: ticketKpiOf('tickets-opened')!,
      cohort: 'cohort',
      fromMs: start + fromHour * hourMs,
      toMs: start + (fromHour + hours) * hourMs,
      timeZone,
      bucket,
      groupBy: grouped ? first : undefined,
      filters: Object.fromEntries(
        filters.map((dimension) => [dimension, [values[dimension]![pick % values[dimension]!.length]!]]),
      ),
      bots: 'with',
      ownership: { department: departmentAt, priority: 'fact' },
      bands: [],
      within: undefined,
      exact: false,
      atMs: undefined,
    };
  });

function expectSimilar(fromCells: Spread | undefined, fromFacts: Spread | undefined): void {
  expect(fromCells?.sum ?? 0).toBe(fromFacts?.sum ?? 0);
  expect(fromCells?.within ?? [0, 0, 0]).toEqual(fromFacts?.within ?? [0, 0, 0]);
  for (const statistic of ['min', 'median', 'p75', 'p90', 'p95', 'max'] as const) {
    const exact = fromFacts?.[statistic];
    const near = fromCells?.[statistic];
    // Between ranks of different sign, and of numbers near zero, one per cent of the value means nothing.
    if (exact === undefined || (fromFacts?.min ?? 0) < 0) continue;
    expect(Math.abs((near ?? NaN) - exact)).toBeLessThanOrEqual(Math.abs(exact) * 0.01 + 0.001);
  }
}

function expectSame(metric: MetricName, cells: Measures, facts: Measures, buckets: number): void {
  const groups = new Set([...cells.groups, ...facts.groups]);
  for (const group of [undefined, ...groups]) {
    for (const bucket of [undefined, ...Array.from({ length: buckets }, (_, i) => i)]) {
      const [a, b] = [cells.get(metric, { group, bucket }), facts.get(metric, { group, bucket })];
      expect({ metric, group, bucket, n: a.n }).toEqual({ metric, group, bucket, n: b.n });
      if (metrics[metric].kind === 'distribution') expectSimilar(a.spread, b.spread);
    }
  }
}

it(
  'measures the same from cells and from facts, whatever the question',
  () =>
    fc.assert(
      fc
        .asyncProperty(
          fc.oneof(eventfulTickets, tickets),
          arrival,
          fc.array(asked, { minLength: 4, maxLength: 4 }),
          async (stories, { choices, sizes }, questions) => {
            const streams = stories.flatMap(({ intake, routing }) => [intake, routing]);
            for (const batch of batches(interleaved(streams, choices), sizes)) await figures.apply(batch);
            for (const question of questions) {
              const period = periodOf(question.fromMs!, question.toMs!, question.timeZone);
              const spans = question.bucket ? bucketsOf(period, question.bucket) : [period];
              const scope = { tenantId, question, spans, nowMs };
              const activities = dimensionsUsed(question).includes('activity');
              for (const need of needs.filter(({ metric }) => !activities || metric.startsWith('activit'))) {
                if (cuboidOf(need, question, spans) === undefined) continue;
                await kpis.snapshot(tenantId, async (client) => {
                  const cells = await measure(client, scope, [need]);
                  const facts = await measure(client, scope, [need], () => undefined);
                  expectSame(need.metric as MetricName, cells, facts, question.bucket ? spans.length : 0);
                });
              }
            }
          },
        )
        .afterEach(() => figures.empty()),
      { numRuns: effort(12, 480) },
    ),
  effort(120_000, 1_800_000),
);

it('has every KPI', () => expect(ticketKpis.length).toBeGreaterThan(20));
