import { AnalyticsUnderTest } from '../../testing/analytics-under-test.node.js';
import { at, examplePeriod } from '../../testing/example-tickets.js';
import type { Answer } from './answers/answer.js';

let analytics: AnalyticsUnderTest;
beforeAll(async () => {
  analytics = await AnalyticsUnderTest.withExamples();
});
afterAll(() => analytics.stop());
const ask = (question: string) => analytics.get<Answer>(`kpis/${question}`);
const groupsOf = ({ groups = [] }: Answer) => groups.map(({ key, value }) => [key, value]);

describe('the answer of a KPI', () => {
  it('says what it is, of which period, and how fresh', async () => {
    const answer = await ask(`first-response-time?${examplePeriod}`);
    expect(answer).toMatchObject({
      kpi: 'first-response-time',
      unit: 'seconds',
      statistic: 'median',
      value: 1800,
      definition: { version: 2, clock: 'calendar' },
      period: { from: '2026-03-01T23:00:00Z', to: '2026-03-03T23:00:00Z', timeZone: 'Europe/Paris' },
      n: 1,
      of: 3,
      open: 1,
      sum: 1800,
      mean: 1800,
      exact: true,
      relativeErrorPercent: 0,
      bands: [
        { within: 'PT1H', n: 1, share: 1 / 3, stillOpen: 0 },
        { within: 'P1D', n: 1, share: 1 / 3, stillOpen: 0 },
        { within: 'P2D', n: 1, share: 1 / 3, stillOpen: 0 },
      ],
    });
    expect(answer.through).toMatchObject({ lagMs: 0, positions: { intake: 5, routing: 16, received: 21 } });
  });

  it.each([
    ['tickets-opened', { value: 4, parts: { net: 2, spamOrMerged: 1, openedByBots: 1 } }],
    ['net-tickets', { value: 2 }],
    ['net-flow', { value: 1, parts: { opened: 3, resolved: 2, reopened: 1, closedUnresolved: 1 } }],
    ['tickets-resolved', { value: 2, parts: { firstResolutions: 1 } }],
    ['tickets-resolved&cohort=cohort', { value: 1, parts: { resolutions: 2, resolvedNow: 1, closedUnresolved: 1 } }],
    ['first-assignment-time', { value: 600, n: 1, of: 3, open: 1 }],
    ['response-rate', { value: 1 / 3, numerator: 1, denominator: 3 }],
    ['response-rate&within=PT29M', { value: 0, numerator: 0, denominator: 3 }],
    ['response-rate&within=PT30M', { numerator: 1 }],
    ['first-resolution-time', { value: 7200, n: 1, of: 3, open: 1 }],
    ['full-resolution-time&exact=true', { value: 1560 * 60, n: 1, exact: true, relativeErrorPercent: 0 }],
    ['close-time&exact=true', { value: (3000 * 60 + 60 * 60) / 2, n: 2, sum: 3060 * 60, max: 3000 * 60 }],
    ['resolution-rate', { value: 1 / 3, parts: { resolvedNow: 1, openUnresolved: 1, closedUnresolved: 1 } }],
    ['resolution-rate&cohort=flow', { value: 2 / 3, numerator: 2, denominator: 3 }],
    ['wrap-up-time', { sum: 600, n: 1 }],
    ['transfers-per-ticket', { value: 2 / 3, sum: 2, of: 3, total: { sum: 2, mean: 2 / 3, ticketsWithAny: 2 } }],
    ['agent-changes-per-ticket', { sum: 1, of: 3 }],
    ['ping-pong-rate', { value: 0, numerator: 0, denominator: 3, parts: { returns: 0 } }],
    ['reopen-rate', { value: 1, numerator: 1, denominator: 1, parts: { reopenings: 1 } }],
    ['one-touch-rate', { value: 0, numerator: 0, denominator: 1 }],
    ['messages-per-ticket', { value: 4 / 3, sum: 4, parts: { requesterMessages: 3, agentMessages: 1 } }],
    ['activities', { value: 1, parts: { seconds: 300 } }],
    ['backlog', { value: 1 }],
  ])('%s', async (question, expected) => {
    const [kpi, ...rest] = question.split('&');
    expect(
      await ask(`${kpi}?${[kpi === 'backlog' ? 'to=2026-03-04' : examplePeriod, ...rest].join('&')}`),
    ).toMatchObject(expected);
  });

  it('without a period is about everything', async () => {
    expect(await ask('tickets-opened?timeZone=Etc/UTC')).toMatchObject({
      value: 4,
      period: { from: '2026-03-02T00:00:00Z' },
    });
  });

  it('of nothing is null and says why', async () => {
    const empty = 'from=2020-01-01&to=2020-02-01';
    expect(await ask(`tickets-opened?${empty}`)).toMatchObject({ value: 0 });
    expect(await ask(`first-response-time?${empty}`)).toMatchObject({
      value: null,
      median: null,
      reason: { code: 'no-tickets' },
    });
    expect(await ask(`first-response-time?${examplePeriod}&tag=vip&channel=portal`)).toMatchObject({
      value: null,
      of: 1,
      reason: { code: 'nothing-measured' },
    });
    expect(await ask(`resolution-rate?${empty}`)).toMatchObject({ value: null, reason: { code: 'no-denominator' } });
    expect(await ask(`transfers-per-ticket?${empty}`)).toMatchObject({ value: null, reason: { code: 'no-tickets' } });
    expect(await ask('backlog-age?at=2020-01-01')).toMatchObject({ value: null, reason: { code: 'empty-backlog' } });
  });
});

describe('departments', () => {
  it('keep the credit for what was done while they had the ticket', async () => {
    const answer = await ask(`first-response-time?${examplePeriod}&groupBy=department`);
    expect(answer.groups).toMatchObject([
      { key: 'billing', label: 'billing', n: 1, of: 2, open: 0 },
      { key: 'technical', n: 0, of: 1, open: 1, value: null },
    ]);
    const resolved = await ask(`first-resolution-time?${examplePeriod}&groupBy=department`);
    expect(resolved.groups).toMatchObject([
      { key: 'technical', n: 1, of: 2, open: 1 },
      { key: 'billing', n: 0, of: 1 },
    ]);
  });
  it('can be those of another moment', async () => {
    const at = (moment: string) =>
      ask(`first-response-time?${examplePeriod}&department=technical&departmentAt=${moment}`);
    expect(await at('fact')).toMatchObject({ n: 0, of: 1 });
    expect(await at('opening')).toMatchObject({ n: 0, of: 0 });
    expect(await at('resolution')).toMatchObject({ n: 1, of: 1 });
    expect(await at('now')).toMatchObject({ n: 1, of: 2 });
  });
});

it('filters and groups by everything a ticket has', async () => {
  expect(await ask(`tickets-opened?${examplePeriod}&device=mobile&locale=pl`)).toMatchObject({ value: 1 });
  const tags = await ask(`tickets-opened?${examplePeriod}&groupBy=tag`);
  expect(tags).toMatchObject({ value: 4 });
  expect(groupsOf(tags)).toEqual([
    [null, 2],
    ['vip', 2],
    ['refund', 1],
  ]);
  const agents = await ask(`first-resolution-time?${examplePeriod}&groupBy=agent`);
  expect(agents.groups).toMatchObject([
    { key: null, n: 0, of: 2 },
    { key: 'bob', n: 1, of: 1 },
  ]);
  expect(await ask(`activities?${examplePeriod}&groupBy=activity`)).toMatchObject({
    groups: [{ key: 'call', value: 1 }],
  });
});

it('gives a series in local time, with groups in it', async () => {
  const days = await ask(`tickets-opened?from=2026-03-01&to=2026-03-05&bucket=day&groupBy=channel`);
  expect(days.series?.map(({ label, value }) => [label, value])).toEqual([
    ['2026-03-01', 0],
    ['2026-03-02', 3],
    ['2026-03-03', 1],
    ['2026-03-04', 0],
  ]);
  expect(days.groups?.map(({ key, series }) => [key, series?.map(({ value }) => value)])).toEqual([
    ['portal', [0, 2, 1, 0]],
    ['email', [0, 1, 0, 0]],
  ]);
  // Half-hour zones do not fit the cells: the facts answer.
  const johns = await ask(`first-response-time?from=2026-03-02&to=2026-03-03&timeZone=America/St_Johns&bucket=hour`);
  expect(johns.series?.filter(({ of }) => of !== 0)).toMatchObject([
    { label: '2026-03-02T05:00-03:30', n: 1, value: 1800 },
    { label: '2026-03-02T06:00-03:30', n: 0, of: 1 },
  ]);
  expect(johns.exact).toBe(true);
});

describe('the backlog', () => {
  it('is told at any instant, from the opening up to the resolution', async () => {
    const backlog = async (minute: number) => (await ask(`backlog?at=${at(minute)}`)).value;
    const instants = [-1, 0, 59, 60, 119, 120, 1440, 1499, 1500, 1559, 1560, 9999];
    expect(await Promise.all(instants.map(backlog))).toEqual([0, 1, 1, 2, 2, 1, 2, 2, 2, 2, 1, 1]);
  });
  it('knows the department of the instant', async () => {
    const groups = async (minute: number) => groupsOf(await ask(`backlog?at=${at(minute)}&groupBy=department`));
    expect(await groups(59)).toEqual([['billing', 1]]);
    expect(await groups(61)).toEqual([
      ['billing', 1],
      ['technical', 1],
    ]);
    expect(await groups(90)).toEqual([['technical', 2]]);
  });
  it('is a series at the ends of the buckets', async () => {
    const { series } = await ask('backlog?from=2026-03-01&to=2026-03-04&bucket=day');
    expect(series).toMatchObject([
      { label: '2026-03-01', at: '2026-03-01T22:59:59.999Z', value: 0 },
      { label: '2026-03-02', value: 1 },
      { label: '2026-03-03', value: 1 },
    ]);
  });
  it('has an age', async () => {
    expect(await ask(`backlog-age?at=${at(90)}`)).toMatchObject({
      value: 3600,
      n: 2,
      sum: 7200,
      min: 1800,
      max: 5400,
      bands: [{ within: 'PT1H', n: 1, share: 0.5 }, { n: 2 }, { n: 2 }],
    });
    const { series } = await ask('backlog-age?from=2026-03-02&to=2026-03-04&bucket=day');
    expect(series).toMatchObject([{ n: 1, value: 13 * 3600 }, { n: 1 }]);
  });
  it('by agent is known for now', async () => {
    expect((await ask('backlog?groupBy=agent')).groups).toMatchObject([{ key: null, value: 1 }]);
  });
});
