import { DomainError } from '@guichet/event-sourcing';
import { catalogue, kpiOf, ticketKpis } from './catalogue.js';
import { pageSizeOf, parametersOf, type Query, questionOf, unknownParameter } from './question.js';

const ask = (kpi: string, query: Query = {}) => questionOf(kpiOf(kpi)!, query, { timeZone: 'Europe/Paris' });
const refusal = (work: () => unknown) => {
  try {
    work();
  } catch (error) {
    if (error instanceof DomainError) return [error.code, error.details['parameter']];
    throw error;
  }
  return [];
};

it('has defaults for everything', () => {
  expect(ask('first-response-time')).toMatchObject({
    cohort: 'cohort',
    timeZone: 'Europe/Paris',
    filters: {},
    bots: 'with',
    ownership: { department: 'fact', priority: 'fact' },
    bands: [
      { text: 'PT1H', seconds: 3600 },
      { text: 'P1D', seconds: 86_400 },
      { text: 'P2D', seconds: 172_800 },
    ],
    exact: false,
  });
  expect(ask('tickets-resolved').cohort).toBe('flow');
  expect(ask('resolution-rate').cohort).toBe('cohort');
});

it('takes repeated filters as alternatives, and an empty one as "without"', () => {
  expect(ask('backlog', { department: ['billing', ''], channel: 'email' }).filters).toEqual({
    department: ['billing', ''],
    channel: ['email'],
  });
});

it('reads durations', () => {
  expect(ask('first-response-time', { bands: 'PT90M,P1DT2H,P1W' }).bands.map(({ seconds }) => seconds)).toEqual([
    5400, 93_600, 604_800,
  ]);
  expect(ask('resolution-rate', { within: 'pt24h' }).within).toEqual({ text: 'PT24H', seconds: 86_400 });
});

it.each<[string, Query, string, string]>([
  ['first-response-time', { from: 'now' }, 'invalid-time', 'from'],
  ['first-response-time', { from: '2026-02-01', to: '2026-01-01' }, 'reversed-period', 'to'],
  ['first-response-time', { timeZone: 'Paris' }, 'unknown-time-zone', 'timeZone'],
  ['first-response-time', { timeZone: ['Europe/Paris', 'Europe/Rome'] }, 'repeated-parameter', 'timeZone'],
  ['first-response-time', { bucket: 'year' }, 'invalid-parameter', 'bucket'],
  ['first-response-time', { groupBy: 'activity' }, 'invalid-parameter', 'groupBy'],
  ['first-response-time', { groupBy: '__proto__' }, 'invalid-parameter', 'groupBy'],
  ['first-response-time', { bands: 'P1M' }, 'invalid-duration', 'bands'],
  ['first-response-time', { bands: 'PT0S' }, 'invalid-duration', 'bands'],
  ['first-response-time', { bands: '' }, 'invalid-duration', 'bands'],
  ['first-response-time', { bands: Array<string>(21).fill('PT1H') }, 'invalid-parameter', 'bands'],
  ['resolution-rate', { within: '-PT1H' }, 'invalid-duration', 'within'],
  ['first-response-time', { exact: 'yes' }, 'invalid-parameter', 'exact'],
  ['first-response-time', { clock: 'business' }, 'invalid-parameter', 'clock'],
  ['first-response-time', { tag: 'a\u0000b' }, 'invalid-parameter', 'tag'],
  ['first-response-time', { tag: { deep: 'x' } }, 'invalid-parameter', 'tag'],
  ['net-flow', { cohort: 'cohort' }, 'cohort-not-possible', 'cohort'],
  ['ping-pong-rate', { cohort: 'flow' }, 'cohort-not-possible', 'cohort'],
  ['backlog', { at: '2026-01-01', bucket: 'day' }, 'contradicting-parameters', 'at'],
  ['tickets-opened', { bots: 'none' }, 'invalid-parameter', 'bots'],
  ['tickets-opened', { from: '2011-12-30', to: '2011-12-31', timeZone: 'Pacific/Apia' }, 'no-such-day', 'from'],
  ['backlog', { from: '1993-08-21', to: '1993-08-22', timeZone: 'Pacific/Kwajalein' }, 'no-such-day', 'from'],
  ['tickets-opened', { from: '2011-12-31', to: '2011-12-31', timeZone: 'Pacific/Apia' }, 'reversed-period', 'to'],
  ['tickets-opened', { from: '1899-12-31' }, 'time-out-of-range', 'from'],
  ['tickets-opened', { to: '2200-01-02' }, 'time-out-of-range', 'to'],
])('%s refuses %j', (kpi, query, code, parameter) => {
  expect(refusal(() => ask(kpi, query))).toEqual([code, parameter]);
});

it('can leave out tickets of bots, whatever the KPI', () => {
  for (const { id } of ticketKpis) expect(ask(id, { bots: 'without' }).bots).toBe('without');
});

it('notices parameters it does not know', () => {
  const known = parametersOf(kpiOf('tickets-opened')!);
  expect(unknownParameter({ from: '2026-01-01', asOf: 'x' }, known)).toBe('asOf');
  expect(unknownParameter({ bands: 'PT1H' }, known)).toBe('bands');
  expect(unknownParameter({ from: '2026-01-01', tag: ['a', 'b'] }, known)).toBeUndefined();
});

it('reads the size of a page', () => {
  expect(pageSizeOf({})).toBe(50);
  expect(pageSizeOf({ limit: '200' })).toBe(200);
  for (const limit of ['0', '201', '-1', '1e2', '', ' 5']) {
    expect(refusal(() => pageSizeOf({ limit }))).toEqual(['invalid-parameter', 'limit']);
  }
});

it('describes every KPI once', () => {
  expect(new Set(catalogue.map(({ id }) => id)).size).toBe(catalogue.length);
  for (const kpi of catalogue) expect(kpi.id).toMatch(/^[a-z]+(-[a-z]+)*$/);
});
