import { effort } from '@guichet/testing';
import fc from 'fast-check';
import { arrival, interleaved, tickets } from '../../../testing/arbitrary-tickets.js';
import { deriveFact, foldEvent } from '../../ticket-facts/derive.js';
import { newFold } from '../../ticket-facts/fold-state.js';
import { isHandlingEvent, isIntakeEvent } from '../../ticket-facts/ticket-event.js';
import { start, tenantId, ticketIdOf, TicketStory } from '../../../testing/ticket-story.js';
import { BruteForce } from '../../../testing/brute-force.js';
import { ticketKpis, cohortsOf, ticketKpiOf } from '../definitions/catalogue.js';
import { moments } from '../definitions/dimensions.js';
import type { TicketKpi } from '../definitions/kpi-definition.js';
import { eventfulTickets } from '../../../testing/eventful-tickets.js';
import { FiguresDatabase } from '../../../testing/figures-database.node.js';
import { KpisQuery } from './kpis.query.js';
import { type Query, questionOf, type Question } from '../definitions/question.js';
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

const backlog = ticketKpiOf('backlog')!;
const periodic = ticketKpis.filter(({ form }) => !form.kind.startsWith('backlog'));
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
    bots: fc.constantFrom('with', 'with', 'with', 'without', 'only'),
    within: fc.option(fc.constantFrom('PT1H', 'PT100M'), { nil: undefined }),
    bands: fc.constantFrom('PT1H,P1D,P2D', 'PT90M,PT61S'),
  })
  .map(({ kpi, second, filters: chosen, departmentAt, priorityAt, fromHour, hours, minutes, bots, within, bands }) => {
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
      { ...chosen, ...limits, ...period, departmentAt, priorityAt, cohort, bots },
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
  effort(420_000, 1_800_000),
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
    const chosen = fc.oneof(
      fc.constant({}),
      fc.record({ department }),
      fc.record({ priority, channel }),
      fc.record({ agent }),
      fc.record({ tag: values.tag, bots: fc.constantFrom('with', 'without', 'only') }),
    );
    const minutes = fc.array(fc.integer({ min: -200, max: 6000 }), { minLength: 1, maxLength: 10 });
    const right = fc.asyncProperty(
      fc.oneof(eventfulTickets, tickets),
      chosen,
      minutes,
      async (stories, query: Query, some) => {
        await tell(stories);
        const facts = stories.map(factOf);
        for (const minute of [...some, ...facts.flatMap(edges)]) {
          const atMs = start + minute * 60_000;
          const at = new Date(atMs).toISOString();
          const question = questionOf(backlog, { ...query, at }, { timeZone: 'Etc/UTC' });
          const { value } = await kpis.answer(tenantId, question, nowMs);
          const expected = new BruteForce(facts, question, { fromMs: 0, toMs: 0 }).backlog(atMs);
          expect([minute, value]).toEqual([minute, expected]);
          const page = await new RowsQuery(kpis).page({ tenantId, question, nowMs, limit: 200 });
          expect([page.count, page.items.length]).toEqual([expected, expected]);
          if (query['agent'] !== undefined)
            expect(page.items.every(({ agentId }) => (agentId ?? '') === query['agent'])).toBe(true);
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

it(
  'groups the backlog of any instant by the agents and tags of that instant',
  () => {
    const minutes = fc.array(fc.integer({ min: -200, max: 6000 }), { minLength: 1, maxLength: 5 });
    const right = fc.asyncProperty(fc.oneof(eventfulTickets, tickets), minutes, async (stories, some) => {
      await tell(stories);
      const facts = stories.map(factOf);
      for (const minute of [...some, ...facts.flatMap(edges)]) {
        const atMs = start + minute * 60_000;
        const at = new Date(atMs).toISOString();
        for (const [groupBy, keys] of [
          ['agent', ['ada', 'bob', '']],
          ['tag', ['vip', 'refund', '']],
        ] as const) {
          const { groups = [] } = await kpis.answer(
            tenantId,
            questionOf(backlog, { at, groupBy }, { timeZone: 'Etc/UTC' }),
            nowMs,
          );
          const expected = keys.map((key) => {
            const question = questionOf(backlog, { at, [groupBy]: key }, { timeZone: 'Etc/UTC' });
            return [key, new BruteForce(facts, question, { fromMs: 0, toMs: 0 }).backlog(atMs)];
          });
          const found = keys.map((key) => [key, groups.find((group) => (group.key ?? '') === key)?.value ?? 0]);
          expect({ minute, found }).toEqual({ minute, found: expected });
        }
      }
    });
    return fc.assert(
      right.afterEach(() => figures.empty()),
      { numRuns: effort(8, 320) },
    );
  },
  effort(120_000, 1_800_000),
);

describe('what is opened, reopened, resolved and closed', () => {
  const netFlow = ticketKpiOf('net-flow')!;
  const minutes = (ms: number) => (ms - start) / 60_000;
  const asking = fc.record({
    bucket: fc.constantFrom('hour', 'day'),
    timeZone: fc.constantFrom('Etc/UTC', 'Europe/Paris', 'Pacific/Chatham', 'America/St_Johns'),
    fromMinute: fc.integer({ min: -3000, max: 3000 }),
    hours: fc.integer({ min: 1, max: 200 }),
    filters: fc.oneof(fc.constant({}), fc.record({ channel }), fc.record({ bots: fc.constantFrom('without', 'only') })),
  });
  type Asking = typeof asking extends fc.Arbitrary<infer T> ? T : never;

  /** Of each step: the four counts, and the backlog at its end. */
  async function seriesOf({ bucket, timeZone, fromMinute, hours, filters: chosen }: Asking) {
    const at = (minute: number) => new Date(start + minute * 60_000).toISOString();
    const period = { from: at(fromMinute), to: at(fromMinute + hours * 60), bucket, ...chosen };
    const flow = await kpis.answer(tenantId, questionOf(netFlow, period, { timeZone }), nowMs);
    const open = await kpis.answer(tenantId, questionOf(backlog, period, { timeZone }), nowMs);
    const before = questionOf(
      backlog,
      { at: new Date(Date.parse(period.from) - 1).toISOString(), ...chosen },
      { timeZone },
    );
    const first = (await kpis.answer(tenantId, before, nowMs)).value ?? NaN;
    const resolved = questionOf(ticketKpiOf('tickets-resolved')!, period, { timeZone });
    const { series: resolutions = [] } = await kpis.answer(tenantId, resolved, nowMs);
    const steps = (flow.series ?? []).map(({ to, parts }, index) => ({
      toMs: Date.parse(to),
      parts: parts ?? {},
      resolved: resolutions[index]?.value,
      backlog: open.series?.[index]?.value ?? NaN,
    }));
    return { first, steps, whole: flow.parts ?? {} };
  }
  const balance = ({ opened = NaN, reopened = NaN, resolved = NaN, closedUnresolved = NaN }: Record<string, number>) =>
    opened + reopened - resolved - closedUnresolved;

  it(
    'is the change of the backlog in every bucket, now and later; later events leave what was before them as it was',
    () => {
      const stays = fc.asyncProperty(
        fc.oneof(eventfulTickets, tickets),
        arrival,
        fc.double({ min: 0.1, max: 1, noNaN: true }),
        fc.array(asking, { minLength: 6, maxLength: 6 }),
        async (stories, { choices }, share, questions) => {
          const events = interleaved(
            stories.flatMap(({ intake, routing }) => [intake, routing]),
            choices,
          );
          const later = events.splice(Math.floor(events.length * share));
          await figures.apply(events);
          const known = [];
          for (const question of questions) known.push(await seriesOf(question));
          if (later.length > 0) await figures.apply(later);
          const reachesBack = later.some(({ type }) => /Spam|Merged|Opened/.test(type));
          const firstLater = Math.min(...later.map(({ occurredAt }) => Date.parse(occurredAt)));
          for (const [index, question] of questions.entries()) {
            const since = await seriesOf(question);
            for (const { first, steps, whole } of [known[index]!, since]) {
              let before = first;
              for (const step of steps) {
                const change = balance(step.parts);
                expect([minutes(step.toMs), before + change]).toEqual([minutes(step.toMs), step.backlog]);
                expect(step.resolved).toBe(step.parts['resolved']);
                before = step.backlog;
              }
              expect(first + balance(whole)).toBe(before);
            }
            const past = ({ steps }: typeof since) => steps.filter(({ toMs }) => toMs <= firstLater);
            if (!reachesBack) expect(past(since)).toEqual(past(known[index]!));
          }
        },
      );
      return fc.assert(
        stays.afterEach(() => figures.empty()),
        { numRuns: effort(12, 480) },
      );
    },
    effort(420_000, 1_800_000),
  );
});

it(
  'names in a row those of the moment of the fact, with a filter and without',
  () => {
    const kpi = fc.constantFrom(...periodic);
    const right = fc.asyncProperty(
      fc.oneof(eventfulTickets, tickets),
      fc.array(fc.record({ kpi, second: fc.boolean() }), { minLength: 12, maxLength: 12 }),
      async (stories, those) => {
        await tell(stories);
        const page = async (asking: TicketKpi, query: Query) => {
          const question = questionOf(
            asking,
            { from: '2026-02-20', to: '2026-04-01', ...query },
            { timeZone: 'Etc/UTC' },
          );
          return (await new RowsQuery(kpis).page({ tenantId, question, nowMs, limit: 200 })).items;
        };
        for (const { kpi: asking, second } of those) {
          const possible = cohortsOf(asking);
          const cohort = possible[second ? 1 : 0] ?? possible[0];
          const all = await page(asking, { cohort });
          for (const [dimension, named, keys] of [
            ['agent', 'agentId', ['ada', 'bob', '']],
            ['department', 'departmentId', ['billing', 'technical', 'sales', '']],
            ['priority', 'priority', ['low', 'normal', 'high', '']],
          ] as const) {
            for (const key of keys) {
              const rows = await page(asking, { cohort, [dimension]: key });
              expect([asking.id, cohort, dimension, key, rows]).toEqual([
                ...[asking.id, cohort, dimension, key],
                all.filter((row) => (row[named] ?? '') === key),
              ]);
            }
          }
        }
      },
    );
    return fc.assert(
      right.afterEach(() => figures.empty()),
      { numRuns: effort(6, 240) },
    );
  },
  effort(120_000, 1_800_000),
);
