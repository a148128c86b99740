import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { tickets } from '../../../testing/arbitrary-tickets.js';
import { deriveFact, foldEvent } from '../../ticket-facts/derive.js';
import { newFold } from '../../ticket-facts/fold-state.js';
import { isHandlingEvent, isIntakeEvent } from '../../ticket-facts/ticket-event.js';
import { start, tenantId, ticketIdOf, TicketStory } from '../../../testing/ticket-story.js';
import { BruteForce } from '../../../testing/brute-force.js';
import { catalogue, cohortsOf, kpiOf } from '../definitions/catalogue.js';
import { moments } from '../definitions/dimensions.js';
import { eventfulTickets } from '../../../testing/eventful-tickets.js';
import { FiguresDatabase } from '../../../testing/figures-database.node.js';
import { KpisQuery } from './kpis.query.js';
import { questionOf, type Question } from '../definitions/question.js';
import { RowsQuery } from './rows.query.js';

let figures: FiguresDatabase;
let kpis: KpisQuery;
beforeAll(async () => {
  figures = await FiguresDatabase.create();
  kpis = new KpisQuery(figures.tenants);
});
afterAll(() => figures.drop());

const hourMs = 3_600_000;
const nowMs = start + 400 * 24 * hourMs;

function factOf({ ticketId, intake, routing }: TicketStory) {
  const fold = newFold(tenantId, ticketId);
  for (const event of [...intake, ...routing])
    if (isIntakeEvent(event) || isHandlingEvent(event)) foldEvent(fold, event);
  return deriveFact(fold);
}

/** Everybody is known: an id that nobody has heard of would be refused. */
const directory = new TicketStory(ticketIdOf(500));
for (const departmentId of ['billing', 'technical', 'sales']) {
  directory.did('DepartmentCreated', 0, { departmentId, name: departmentId });
}
for (const agentId of ['ada', 'bob'])
  directory.did('AgentRegistered', 0, { agentId, name: agentId, departmentIds: [] });

const tell = (stories: readonly TicketStory[]) =>
  figures.apply([directory, ...stories].flatMap(({ intake, routing }) => [...intake, ...routing]));

const backlog = kpiOf('backlog')!;
const periodic = catalogue.filter(({ form }) => !form.kind.startsWith('backlog'));
const values = {
  department: fc.constantFrom<string | string[]>('billing', 'technical', '', ['billing', 'sales']),
  priority: fc.constantFrom('low', 'normal', 'high'),
  agent: fc.constantFrom('ada', 'bob', ''),
  channel: fc.constantFrom('portal', 'email'),
  device: fc.constantFrom('desktop', 'mobile'),
  tag: fc.constantFrom('', 'vip'),
};
const { department, priority, agent, channel } = values;
/** Few at a time: many filters leave nothing to be wrong about. */
const filters: fc.Arbitrary<Partial<Record<string, string | string[]>>> = fc.oneof(
  fc.constant({}),
  fc.record({ department }),
  fc.record({ department }),
  fc.record({ priority }),
  fc.record({ agent }),
  fc.record({ department, priority }),
  fc.record({ channel, department }),
  fc.record(values, { requiredKeys: [] }),
);
const anyMoment = fc.constantFrom('fact' as const, ...moments);

const asked: fc.Arbitrary<Question> = fc
  .record({
    kpi: fc.constantFrom(...periodic),
    second: fc.boolean(),
    filters,
    departmentAt: anyMoment,
    priorityAt: anyMoment,
    fromHour: fc.integer({ min: -30, max: 30 }),
    hours: fc.integer({ min: 10, max: 200 }),
    minutes: fc.constantFrom(0, 0, 17),
    within: fc.option(fc.constantFrom('PT1H', 'PT100M'), { nil: undefined }),
    bands: fc.constantFrom('PT1H,P1D,P2D', 'PT90M,PT61S'),
  })
  .map(({ kpi, second, filters: chosen, departmentAt, priorityAt, fromHour, hours, minutes, within, bands }) => {
    const cohorts = cohortsOf(kpi);
    const cohort = cohorts[second ? 1 : 0] ?? cohorts[0];
    const hourly = kpi.id === 'activities' || kpi.id === 'messages-per-ticket';
    const at = (hour: number) => new Date(start + hour * hourMs + (hourly ? 0 : minutes * 60_000)).toISOString();
    const limits = {
      ...(kpi.form.kind === 'duration' ? { bands } : {}),
      ...(kpi.form.kind === 'rate' && kpi.form.within && within ? { within } : {}),
    };
    const period = { from: at(fromHour), to: at(fromHour + hours) };
    return questionOf(
      kpi,
      { ...chosen, ...limits, ...period, departmentAt, priorityAt, cohort },
      { timeZone: 'Etc/UTC' },
    );
  });

/** `activities` and the like by cohort have their own moments: not worked out by brute force. */
const isWorkedOut = ({ kpi, cohort }: Question) =>
  cohort === 'flow' || !['activities', 'tickets-resolved', 'net-flow'].includes(kpi.id);

async function check(stories: readonly TicketStory[], question: Question): Promise<void> {
  const facts = stories.map(factOf);
  const span = { fromMs: question.fromMs ?? NaN, toMs: question.toMs ?? NaN };
  const expected = new BruteForce(facts, question, span).answer();
  const answer = await kpis.answer(tenantId, question, nowMs);
  const { within, value, ...counts } = expected;
  expect(answer).toMatchObject(counts);
  if (value === null) expect(answer.value).toBeNull();
  else if (answer.exact) expect(answer.value).toBeCloseTo(value, 6);
  else expect(Math.abs((answer.value ?? NaN) - value)).toBeLessThanOrEqual(Math.abs(value) * 0.01 + 0.001);
  if (within) expect(answer.bands?.map(({ n }) => n)).toEqual(within);

  const rows = await new RowsQuery(kpis).page({ tenantId, question, nowMs, limit: 200 });
  const sum = (field: 'n' | 'value') => rows.items.reduce((total, row) => total + row[field], 0);
  expect([rows.count, rows.sum]).toEqual([sum('n'), sum('value')]);
  if (expected.denominator !== undefined)
    expect([rows.count, rows.sum]).toEqual([expected.denominator, expected.numerator]);
  else if (expected.n !== undefined) expect([rows.count, rows.sum]).toEqual([expected.n, expected.sum]);
  else expect(rows.sum).toBe(value);
}

it(
  'answers what working it out ticket by ticket gives, and the rows behind it add up',
  () => {
    const questions = fc.array(asked.filter(isWorkedOut), { minLength: 40, maxLength: 40 });
    const right = fc.asyncProperty(fc.oneof(eventfulTickets, tickets), questions, async (stories, those) => {
      await tell(stories);
      for (const question of those) await check(stories, question);
    });
    return fc.assert(
      right.afterEach(() => figures.empty()),
      { numRuns: effort(20, 800) },
    );
  },
  effort(180_000, 1_800_000),
);

/** The instants at which something changes are where mistakes are. */
const edges = ({ backlog }: ReturnType<typeof factOf>) =>
  backlog
    .slice(0, 3)
    .flatMap(({ from, to }) => [from, to ?? from])
    .map((at) => (at - start) / 60_000);

it(
  'tells the backlog of any instant',
  () => {
    const chosen = fc.oneof(fc.constant({}), fc.record({ department }), fc.record({ priority, channel }));
    const minutes = fc.array(fc.integer({ min: -200, max: 6000 }), { minLength: 1, maxLength: 10 });
    const right = fc.asyncProperty(
      fc.oneof(eventfulTickets, tickets),
      chosen,
      minutes,
      async (stories, query, some) => {
        await tell(stories);
        const facts = stories.map(factOf);
        for (const minute of [...some, ...facts.flatMap(edges)]) {
          const atMs = start + minute * 60_000;
          const at = new Date(atMs).toISOString();
          const question = questionOf(backlog, { ...query, at }, { timeZone: 'Etc/UTC' });
          const { value } = await kpis.answer(tenantId, question, nowMs);
          const expected = new BruteForce(facts, question, { fromMs: 0, toMs: 0 }).backlog(atMs);
          expect([minute, value]).toEqual([minute, expected]);
        }
      },
    );
    return fc.assert(
      right.afterEach(() => figures.empty()),
      { numRuns: effort(10, 400) },
    );
  },
  effort(120_000, 1_800_000),
);
