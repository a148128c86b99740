import type { OpenAPIObject } from '@nestjs/swagger';
import { AnalyticsUnderTest } from '../../testing/analytics-under-test.node.js';
import { ticketIdOf } from '../../testing/ticket-story.js';
import { catalogue } from './definitions/catalogue.js';
import type { KpiList } from './answers/kpi-answers.http.js';

let analytics: AnalyticsUnderTest;
beforeAll(async () => {
  analytics = await AnalyticsUnderTest.withExamples();
});
afterAll(() => analytics.stop());

describe('bad questions', () => {
  it.each([
    ['nps', 404, 'unknown-kpi'],
    ['backlog?asOf=2026-01-01', 400, 'unknown-parameter'],
    ['tickets-opened?calender=x', 400, 'unknown-parameter'],
    ['tickets-opened?from=2026-03-05&to=2026-03-01', 422, 'reversed-period'],
    ['tickets-opened?from=2026-02-30', 422, 'invalid-time'],
    ['tickets-opened?timeZone=Mars/Olympus', 422, 'unknown-time-zone'],
    ['tickets-opened?from=2000-01-01&to=2026-01-01&bucket=hour', 422, 'too-many-buckets'],
    ['tickets-opened?department=biling', 422, 'unknown-department'],
    ['first-response-time?agent=nobody', 422, 'unknown-agent'],
    ['tickets-opened?device=fridge', 422, 'unknown-device'],
    ['first-response-time?clock=business', 422, 'invalid-parameter'],
    ['backlog?at=2199-01-01', 422, 'instant-in-the-future'],
    ['activities?from=2026-03-01T00:30:00Z', 422, 'period-not-on-hours'],
    ['tickets-opened/tickets?limit=0', 422, 'invalid-parameter'],
    ['tickets-opened?from=2026-03-01&to=2026-03-01', 422, 'reversed-period'],
    ['tickets-opened?from=1850-01-01&to=2050-01-01', 422, 'time-out-of-range'],
    ['tickets-opened?from=1950-01-01&to=2150-01-01&bucket=day', 422, 'too-many-buckets'],
    // Samoa went from the 29th to the 31st.
    ['tickets-opened?from=2011-12-30&to=2011-12-31&timeZone=Pacific/Apia', 422, 'no-such-day'],
    ['tickets-opened?from=2026-03-29T02:30&timeZone=Europe/Paris', 422, 'invalid-time'],
    ['tickets-opened?from=2026-01-01&from=2026-01-02', 422, 'repeated-parameter'],
    ['tickets-opened?from=%00', 422, 'invalid-time'],
    ['live', 422, 'invalid-parameter'],
    ['live?kpis=backlog,nps', 404, 'unknown-kpi'],
  ])('%s → %i %s', async (question, status, code) => {
    const answer = await analytics.ask(`kpis/${question}`);
    expect([answer.status, answer.body]).toMatchObject([status, { code, status }]);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });

  it('are those of the wrong people', async () => {
    expect((await analytics.ask('kpis/backlog', { roles: ['requester'] })).status).toBe(403);
    expect((await analytics.host.call('/analytics/v1/kpis/backlog')).status).toBe(401);
    const elsewhere = await analytics.ask('kpis/tickets-opened', { tenantId: ticketIdOf(99) });
    expect(elsewhere.body).toMatchObject({ value: 0 });
  });

  it('wait for what was written, and say when it does not come', async () => {
    const { status, headers, body } = await analytics.ask('kpis/backlog', {
      headers: { 'guichet-after': 'routing=999999' },
    });
    expect(status).toBe(503);
    expect(headers.get('retry-after')).toBe('1');
    expect(body).toMatchObject({ code: 'not-caught-up', waitingFor: { routing: 999_999 }, lag: [{ log: 'received' }] });
  }, 15_000);
});

it('leaves out the day that a zone skipped', async () => {
  const { status, body } = await analytics.ask(
    'kpis/tickets-opened?from=2011-12-29&to=2012-01-01&timeZone=Pacific/Apia&bucket=day',
  );
  expect(status).toBe(200);
  expect(body).toMatchObject({ series: [{ label: '2011-12-29' }, { label: '2011-12-31' }] });
});

it('lists every KPI with its definition', async () => {
  const { items } = await analytics.get<KpiList>('kpis');
  expect(items.map(({ id }) => id)).toEqual(catalogue.map(({ id }) => id));
  expect(items[0]).toMatchObject({ clock: 'calendar', cohorts: expect.arrayContaining(['cohort']) });
});

it('documents itself', async () => {
  const { body } = await analytics.host.call('/analytics/openapi.json');
  const { paths } = body as OpenAPIObject;
  const operation = (path: string) => paths[`/analytics/v1/${path}`]?.get;
  for (const path of [
    'kpis',
    'kpis/live',
    'kpis/{kpi}',
    'kpis/{kpi}/tickets',
    'tickets',
    'tickets/{ticketId}',
    'tickets/{ticketId}/events',
  ]) {
    expect(Object.keys(operation(path)?.responses ?? {})).toEqual(expect.arrayContaining(['200', '401', '403', '503']));
  }
  const names = operation('kpis/{kpi}')?.parameters?.map((parameter) => ('name' in parameter ? parameter.name : ''));
  expect(names).toEqual(expect.arrayContaining(['kpi', 'from', 'departmentAt', 'bands']));
});
