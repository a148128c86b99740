import { AnalyticsUnderTest } from '../../testing/analytics-under-test.node.js';
import { exampleTickets } from '../../testing/example-tickets.js';
import { ticketIdOf, TicketStory, type Written } from '../../testing/ticket-story.js';
import type { Answer } from './answers/answer.js';
import { catalogue, cohortsOf } from './definitions/catalogue.js';
import { isOfItems } from './definitions/kpi-definition.js';
import { dimensions, moments } from './definitions/dimensions.js';
import { bucketUnits } from './definitions/period.js';
import { parametersOf } from './definitions/question.js';

/** Of each kind of text the longest there can be, in characters of four bytes and in those that SQL and JSON quote. */
const longest = (length: number) => ['\u{1F3AB}'.repeat(length), '\'"\\{}%_,\n$1'.repeat(length).slice(0, length)];
const keys = longest(200);
const texts = longest(300);

const years = ['0001-01-01T00:00:00Z', '1900-01-01T00:00:00Z', '2199-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'];

/** What the contracts take and what earlier versions let in: none of it may stop any answer. */
function extremeTickets(): readonly TicketStory[] {
  const texted = keys.map((key, index) => {
    const by = { kind: 'agent', id: key } as const;
    const opening: Written<'TicketOpened'> = {
      ...{ number: texts[index]!, requesterId: key, channel: key.slice(0, 100), departmentId: key, priority: key },
      tags: Array.from({ length: 50 }, (_, n) => key.slice(0, 198) + String(n).padStart(2, '0')),
    };
    return new TicketStory(ticketIdOf(100 + index))
      .told('TicketOpened', 0, opening)
      .did('TicketQueued', 0, { departmentId: key, priority: key })
      .did('TicketAssigned', 1, { agentId: key, departmentId: key }, by)
      .did('AgentReplied', 2, { agentId: key }, by)
      .did('ActivityLogged', 3, { activity: texts[index]!, seconds: Number.MAX_SAFE_INTEGER }, by)
      .did('ActivityLogged', 3, { activity: texts[index]!, seconds: 1e300 }, by)
      .did('TicketResolved', 4, { agentId: key, departmentId: key }, by);
  });
  const dated = years.flatMap((opened, i) =>
    years.map((ended, j) => {
      const story = new TicketStory(ticketIdOf(200 + i * years.length + j))
        .told('TicketOpened', 0)
        .did('TicketQueued', 0)
        .did('TicketAssigned', 0, {}, 'ada')
        .did('TicketResolved', 0)
        .did('TicketReopened', 0)
        .did('TicketClosed', 0);
      const at = (time: string) => (event: (typeof story.intake)[number]) => ({ ...event, occurredAt: time });
      story.intake.splice(0, 1, ...story.intake.map(at(opened)));
      story.routing.splice(0, 3, ...story.routing.slice(0, 3).map(at(opened)));
      story.routing.splice(3, 3, ...story.routing.slice(3).map(at(ended)));
      return story;
    }),
  );
  return [...texted, ...dated];
}

let analytics: AnalyticsUnderTest;
const stories = [...exampleTickets, ...extremeTickets()];
beforeAll(async () => {
  analytics = await AnalyticsUnderTest.start();
  await analytics.receive(
    'intake',
    stories.flatMap(({ intake }) => intake),
  );
  await analytics.receive(
    'routing',
    stories.flatMap(({ routing }) => routing),
  );
});
afterAll(() => analytics.stop());

const ends = [
  '1900-01-01',
  '1900-01-01T00:00:00Z',
  '2026-03-02',
  '2199-12-31T23:59:59.999Z',
  '2200-01-01',
  '0001-01-01',
];
const zones = ['Etc/UTC', 'Africa/Monrovia', 'Pacific/Apia', 'Etc/GMT+12', 'Pacific/Kiritimati', 'Australia/Lord_Howe'];
const values: Readonly<Record<string, readonly string[]>> = {
  from: ends,
  to: ends,
  at: ends,
  timeZone: zones,
  bucket: bucketUnits,
  groupBy: dimensions,
  departmentAt: moments,
  priorityAt: moments,
  cohort: ['cohort', 'flow'],
  bots: ['with', 'without', 'only'],
  exact: ['true', 'false'],
  clock: ['calendar'],
  within: ['PT1S', 'PT1000000000S', 'P99999W'],
  bands: ['PT1S', 'PT1000000000S', Array<string>(20).fill('PT1S').join(',')],
};
const filterValues = ['', keys[0]!, keys[1]!, 'x'.repeat(300)];

/** The question without anything, then with each value of each parameter, alone and beside what makes it hardest. */
function questionsOf(kpi: (typeof catalogue)[number]): readonly Record<string, string>[] {
  const alone = parametersOf(kpi).flatMap((name) => (values[name] ?? filterValues).map((value) => ({ [name]: value })));
  const together = zones.map((timeZone, index) => ({
    timeZone,
    bucket: bucketUnits[index % bucketUnits.length] ?? 'hour',
    ...(index % 2 === 0 ? { from: '1900-01-01', to: '1900-02-01' } : { from: '2199-12-01', to: '2200-01-01' }),
  }));
  const grouped = cohortsOf(kpi).map((cohort) => ({
    ...(isOfItems(kpi) ? { groupBy: 'language' } : { groupBy: 'department', cohort }),
    ...{ bucket: 'month', from: '1900-01-01', to: '2200-01-01' },
  }));
  return [{}, ...alone, ...together, ...grouped];
}

const lanes = 6;

it.each(catalogue.map((kpi) => [kpi.id, kpi] as const))(
  '%s answers or refuses every question about extremes',
  async (id, kpi) => {
    const rows = isOfItems(kpi) ? 'rows' : 'tickets';
    const paths = questionsOf(kpi).flatMap((question) => {
      const query = new URLSearchParams(question).toString();
      return question['bucket'] || question['groupBy']
        ? [`kpis/${id}?${query}`]
        : [`kpis/${id}?${query}`, `kpis/${id}/${rows}?${query}`];
    });
    const unexpected: unknown[] = [];
    const waiting = [...paths];
    const lane = async () => {
      for (let path = waiting.shift(); path !== undefined; path = waiting.shift()) {
        const { status, body } = await analytics.ask(path);
        if (![200, 400, 422].includes(status)) unexpected.push([path, status, body]);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    expect(unexpected).toEqual([]);
    expect((await analytics.ask(`kpis/${id}`)).status).toBe(200);
    expect((await analytics.ask(`kpis/${id}/${rows}`)).status).toBe(200);
  },
  300_000,
);

it('counts every ticket of them', async () => {
  const { value } = await analytics.get<Answer>('kpis/tickets-opened?from=1900-01-01&to=2200-01-01&timeZone=Etc/UTC');
  expect(value).toBe(stories.length);
});
