import { until } from '@guichet/testing';
import { AnalyticsUnderTest } from '../../testing/analytics-under-test.node.js';
import { tenantId, ticketIdOf, TicketStory } from '../../testing/ticket-story.js';
import type { Answer } from './answers/answer.js';

let analytics: AnalyticsUnderTest;
beforeAll(async () => {
  analytics = await AnalyticsUnderTest.withExamples();
});
afterAll(() => analytics.stop());

it('tells chosen KPIs as they change', async () => {
  await analytics.get('kpis/backlog'); // the examples are in the figures now
  const controller = new AbortController();
  const token = await analytics.host.issuer.token({ tenantId, roles: ['analyst'], timeZone: 'Europe/Paris' });
  const response = await fetch(`${analytics.host.url}/analytics/v1/kpis/live?kpis=backlog,tickets-opened`, {
    headers: { authorization: `Bearer ${token}` },
    signal: controller.signal,
  });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const told: Answer[] = [];
  const reading = (async () => {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data) told.push(JSON.parse(data) as Answer);
      }
    }
  })();
  const values = () => told.map(({ kpi, value }) => [kpi, value] as const);
  await until('the values of now', () => told.length === 2);
  const [backlog = NaN, opened = NaN] = told.map(({ value }) => value ?? NaN);
  const late = new TicketStory(ticketIdOf(50)).told('TicketOpened', 5000).did('TicketQueued', 5000);
  await analytics.receive('intake', late.intake);
  await until('the changed values', () => told.length >= 4);
  expect(values().slice(2)).toEqual([
    ['backlog', backlog + 1],
    ['tickets-opened', opened + 1],
  ]);
  controller.abort();
  await reading.catch((error: unknown) => expect(error).toMatchObject({ name: 'AbortError' }));
});
