import { AnalyticsUnderTest } from '../../../testing/analytics-under-test.node.js';
import { at, examplePeriod } from '../../../testing/example-tickets.js';
import { ticketIdOf } from '../../../testing/ticket-story.js';
import type { Answer } from './answer.js';
import { ticketKpis } from '../definitions/catalogue.js';
import type { KpiRows } from './kpi-answers.http.js';
import type { Row } from './rows.query.js';

let analytics: AnalyticsUnderTest;
beforeAll(async () => {
  analytics = await AnalyticsUnderTest.withExamples();
});
afterAll(() => analytics.stop());
const ask = (question: string) => analytics.get<Answer>(`kpis/${question}`);
const rowsOf = (question: string) => analytics.get<KpiRows>(`kpis/${question.replace('?', '/tickets?')}`);

describe('the rows behind a number', () => {
  it('add up to it, page by page', async () => {
    const items: Row[] = [];
    let cursor = '';
    do {
      const page = await rowsOf(`tickets-opened?${examplePeriod}&limit=1${cursor}`);
      expect(page).toMatchObject({ count: 4, sum: 4 });
      items.push(...page.items);
      cursor = page.nextCursor ? `&cursor=${page.nextCursor}` : '';
    } while (cursor);
    expect(items.map(({ number }) => number)).toEqual(['GU-1', 'GU-2', 'GU-1001', 'GU-4']);
    expect(items[0]).toMatchObject({ ticketId: ticketIdOf(1), at: at(0), departmentId: 'billing', n: 1, value: 1 });
  });

  const questions = ticketKpis.flatMap(({ id, form }) => {
    if (form.kind.startsWith('backlog')) return [`${id}?at=${at(100)}`];
    const flow =
      form.kind === 'duration' || ('flow' in form && form.flow) ? [`${id}?${examplePeriod}&cohort=flow`] : [];
    const cohort =
      form.kind !== 'count' || form.cohort ? [`${id}?${examplePeriod}&cohort=cohort&department=billing`] : [];
    return [...flow, ...cohort];
  });
  it.each(questions)('agree: %s', async (question) => {
    const answer = await ask(question);
    const rows = await rowsOf(question);
    const total = (field: 'n' | 'value') => rows.items.reduce((sum, row) => sum + row[field], 0);
    expect([total('n'), total('value')]).toEqual([rows.count, rows.sum]);
    if (answer.denominator !== undefined)
      expect([rows.count, rows.sum]).toEqual([answer.denominator, answer.numerator]);
    else if (answer.n !== undefined) expect([rows.count, rows.sum]).toEqual([answer.n, answer.sum]);
    else expect(rows.sum).toBe(answer.value);
  });

  it('refuses the cursor of another list', async () => {
    const { nextCursor } = await rowsOf(`tickets-opened?${examplePeriod}&limit=1`);
    const { status, body } = await analytics.ask(
      `kpis/net-tickets/tickets?${examplePeriod}&limit=1&cursor=${nextCursor}`,
    );
    expect([status, body]).toMatchObject([400, { code: 'invalid-cursor' }]);
  });
});
