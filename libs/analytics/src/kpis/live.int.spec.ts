import { type LiveConnection, openLive } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import { AnalyticsUnderTest } from '../../testing/analytics-under-test.node.js';
import { tenantId, ticketIdOf, TicketStory } from '../../testing/ticket-story.js';
import type { Answer } from './answers/answer.js';
import { KpisQuery } from './answers/kpis.query.js';
import { catalogue } from './definitions/catalogue.js';

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

it('asks each question once for all who watch it, however many streams there are', async () => {
  const kpis = analytics.host.host.app.get(KpisQuery, { strict: false });
  const answer = kpis.answer.bind(kpis);
  let asked = 0;
  kpis.answer = (...question) => {
    asked += 1;
    return answer(...question);
  };
  const ids = catalogue.slice(0, 23).map(({ id }) => id);
  // Every stream asks for the same KPIs, half of them for the same in another order.
  const streams = await Promise.all(
    Array.from({ length: 60 }, async (_, i) => {
      const watched = (i % 2 === 0 ? ids : [...ids].reverse()).join();
      const token = await analytics.host.issuer.token({ tenantId, subject: `analyst ${i % 3}`, roles: ['analyst'] });
      return openLive(`${analytics.host.url}/analytics/v1/kpis/live?kpis=${watched}&timeZone=Europe/Paris`, { token });
    }),
  );
  await until('everybody is told everything', () => streams.every(({ events }) => events.length === ids.length));
  // Once for each; a slow machine may need a second round. Each stream for itself would have asked 1,380 times.
  expect(asked).toBeLessThanOrEqual(2 * ids.length);
  const late = new TicketStory(ticketIdOf(51)).told('TicketOpened', 5000).did('TicketQueued', 5000);
  await analytics.receive('intake', late.intake);
  const opened = ({ events }: LiveConnection) =>
    events.filter(({ data }) => (data as { kpi?: string }).kpi === 'tickets-opened');
  await until('everybody is told of the change', () => streams.every((stream) => opened(stream).length > 1));
  expect(asked).toBeLessThanOrEqual(5 * ids.length);

  await Promise.all(streams.map((stream) => stream.close()));
}, 60_000);

it('tells nothing again to who comes back, unless something has changed', async () => {
  const token = await analytics.host.issuer.token({ tenantId, roles: ['analyst'], timeZone: 'Europe/Paris' });
  const url = `${analytics.host.url}/analytics/v1/kpis/live?kpis=tickets-opened,backlog`;
  const first = await openLive(url, { token });
  await until('both are told', () => first.events.length === 2);
  const lastEventId = first.events.at(-1)!.id!;
  await first.close();
  const [back, afresh] = [await openLive(url, { token, lastEventId }), await openLive(url, { token })];
  await until('who comes new is told both', () => afresh.events.length === 2);
  expect(back.events).toEqual([]);
  const late = new TicketStory(ticketIdOf(52)).told('TicketOpened', 5000).did('TicketQueued', 5000);
  await analytics.receive('intake', late.intake);
  await until('the change is told', () => back.events.length >= 2);
  await Promise.all([back.close(), afresh.close()]);
});
