import fc from 'fast-check';
import { AnalyticsUnderTest } from '../../../testing/analytics-under-test.node.js';
import {
  categories,
  eventsOf,
  lastMinute,
  locales,
  type Shown,
  shownAt,
  someLives,
} from '../../../testing/arbitrary-articles.js';
import { type CountKpi, type Counts, expectedOf as expectedOfCounts } from '../../../testing/expected-items.js';
import { FiguresDatabase } from '../../../testing/figures-database.node.js';
import { articleIdOf, categoryIdOf, knowledgeEvent } from '../../../testing/knowledge-story.js';
import { start, tenantId } from '../../../testing/ticket-story.js';
import { knowledgeFactsProjection } from '../../projection/knowledge-facts.projection.js';
import type { Answer } from '../answers/answer.js';
import type { ItemKpiRows } from '../answers/kpi-answers.http.js';
import { KpisQuery } from '../answers/kpis.query.js';
import { lasts } from '../definitions/item-forms.js';
import { knowledge } from '../definitions/knowledge.js';
import type { ItemKpi } from '../definitions/kpi-definition.js';
import { type Query, questionOf } from '../definitions/question.js';
import { type ItemRow, type ItemRowPosition, ItemRowsQuery } from './item-rows.query.js';

const minuteMs = 60_000;
const instantOf = (minute: number) => new Date(start + minute * minuteMs).toISOString();
const now = start + 2 * lastMinute * minuteMs;

/** What is shown, counted one by one. */
function countsOf(shown: readonly Shown[]): Counts {
  const different = (values: readonly unknown[]) => new Set(values).size;
  const sum = (of: (one: Shown) => number) => shown.reduce((total, one) => total + of(one), 0);
  return {
    articles: different(shown.map(({ number }) => number)),
    languages: different(shown.map(({ locale }) => locale)),
    texts: shown.length,
    translations: shown.filter(({ isTranslation }) => isTranslation).length,
    outdatedTexts: shown.filter(({ outdatedBlocks }) => outdatedBlocks > 0).length,
    outdatedWords: sum(({ outdatedWords }) => outdatedWords),
    sourceWords: sum(({ sourceWords }) => sourceWords),
  };
}
const expectedOf = (kpi: CountKpi, shown: readonly Shown[]) => expectedOfCounts(kpi, countsOf(shown));
const lasting: readonly CountKpi[] = knowledge.filter(({ form }) => lasts(form));

const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });
const asked = fc.record({
  kpi: fc.constantFrom(...lasting),
  minute: fc.integer({ min: -10, max: lastMinute + 10 }),
  language: some(locales),
  category: some(categories.map((id) => id ?? '')),
  groupBy: fc.constantFrom(undefined, 'language' as const, 'category' as const),
});

describe('figures of any knowledge base', () => {
  let figures: FiguresDatabase;
  let kpis: KpisQuery;
  beforeAll(async () => {
    figures = await FiguresDatabase.create(knowledgeFactsProjection());
    kpis = new KpisQuery(figures.tenants);
  });
  afterAll(() => figures.drop());
  const named = [1, 2].map((number) =>
    knowledgeEvent('CategoryNamed', 0, { categoryId: categoryIdOf(number), locale: 'en', name: `C ${number}` }),
  );

  async function allRows(kpi: ItemKpi, query: Query): Promise<{ count: number; sum: number; items: ItemRow[] }> {
    const items: ItemRow[] = [];
    const rows = new ItemRowsQuery(kpis);
    const question = questionOf(kpi, query, { timeZone: 'UTC' });
    for (let position: ItemRowPosition | undefined; ;) {
      const page = await rows.page({ tenantId, question, nowMs: now, position, limit: 2 });
      items.push(...page.items);
      position = page.next;
      if (position === undefined) return { count: page.count, sum: page.sum, items };
    }
  }

  it('are those that are counted one by one, at any instant, with the rows behind them', async () => {
    await fc.assert(
      fc.asyncProperty(someLives, fc.array(asked, { minLength: 8, maxLength: 8 }), async (lives, questions) => {
        await figures.apply([...named, ...lives.flatMap(eventsOf)]);
        for (const { kpi, minute, language, category, groupBy } of questions) {
          const shown = lives
            .flatMap((life) => shownAt(life, minute))
            .filter((one) => language?.includes(one.locale) !== false && category?.includes(one.category) !== false);
          const query: Query = { at: instantOf(minute), ...(language && { language }), ...(category && { category }) };
          const question = questionOf(kpi, { ...query, ...(groupBy && { groupBy }) }, { timeZone: 'UTC' });
          const answer = await kpis.answer(tenantId, question, now);
          expect(answer).toMatchObject(expectedOf(kpi, shown));
          const keyOf = (one: Shown) => (groupBy === 'language' ? one.locale : one.category);
          const groups = groupBy ? [...Map.groupBy(shown, keyOf)] : [];
          expect(new Map(answer.groups?.map(({ key, label: _, ...group }) => [key ?? '', group]))).toEqual(
            new Map(groups.map(([key, those]) => [key, expect.objectContaining(expectedOf(kpi, those)) as object])),
          );
          const rows = await allRows(kpi, query);
          const total = (field: 'n' | 'value') => rows.items.reduce((sum, row) => sum + row[field], 0);
          expect([total('n'), total('value')]).toEqual([rows.count, rows.sum]);
          if (answer.denominator === undefined) expect(rows.sum).toBe(answer.value);
          else expect([rows.count, rows.sum]).toEqual([answer.denominator, answer.numerator]);
        }
        await figures.empty();
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  it('have a history: what each instant was is what its bucket says', async () => {
    await fc.assert(
      fc.asyncProperty(someLives, fc.constantFrom(...lasting), async (lives, kpi) => {
        await figures.apply([...named, ...lives.flatMap(eventsOf)]);
        const period = { from: instantOf(0), to: instantOf(lastMinute), bucket: 'hour', groupBy: 'language' };
        const { series = [], groups = [] } = await kpis.answer(
          tenantId,
          questionOf(kpi, period, { timeZone: 'UTC' }),
          now,
        );
        expect(series).toHaveLength(lastMinute / 60);
        series.forEach((step, hour) => {
          const minute = hour * 60 + 59;
          const shown = lives.flatMap((life) => shownAt(life, minute));
          expect(step).toMatchObject({ at: new Date(start + (hour + 1) * 60 * minuteMs - 1).toISOString() });
          expect(step).toMatchObject(expectedOf(kpi, shown));
          for (const { key, series: own = [] } of groups)
            expect(own[hour]).toMatchObject(
              expectedOf(
                kpi,
                shown.filter(({ locale }) => locale === key),
              ),
            );
        });
        await figures.empty();
      }),
      { numRuns: 10 },
    );
  }, 120_000);

  it('are the same whatever the batches, and whichever stream comes first', async () => {
    const everything = () =>
      figures.tenants.snapshot(tenantId, async (client) => {
        const { rows } = await client.query<object>('select * from read_model.text_segment order by 1, 2, 3, 4');
        return rows;
      });
    await fc.assert(
      fc.asyncProperty(someLives, fc.infiniteStream(fc.nat()), async (lives, chances) => {
        const events = lives.flatMap(eventsOf);
        await figures.apply(events);
        const atOnce = await everything();
        await figures.empty();
        const streams = [...Map.groupBy(events, ({ streamId }) => streamId).values()];
        while (streams.some(({ length }) => length > 0)) {
          const waiting = streams.filter(({ length }) => length > 0);
          const [chance = 0, size = 0] = [chances.next().value, chances.next().value];
          await figures.apply(waiting[chance % waiting.length]?.splice(0, 1 + (size % 3)) ?? []);
        }
        expect(await everything()).toEqual(atOnce);
        await figures.empty();
      }),
      { numRuns: 15 },
    );
  }, 120_000);
});

describe('over HTTP', () => {
  let analytics: AnalyticsUnderTest;
  const [first, second] = [articleIdOf(1), articleIdOf(2)];
  const category = categoryIdOf(1);
  beforeAll(async () => {
    analytics = await AnalyticsUnderTest.start();
    const drafting = { sourceLocale: 'en', categoryId: category, audience: 'public', origin: 'person' } as const;
    const published = { revision: 1, title: 'T', slug: 't', words: 40 };
    await analytics.receive('knowledge', [
      knowledgeEvent('CategoryNamed', 0, { categoryId: category, locale: 'en', name: 'Payments' }),
      knowledgeEvent('CategoryNamed', 0, { categoryId: category, locale: 'de', name: 'Zahlungen' }),
      knowledgeEvent('ArticleDrafted', 1, { ...drafting, articleId: first, number: 1 }),
      knowledgeEvent('TranslationPublished', 2, { ...published, articleId: first, locale: 'en' }),
      knowledgeEvent('TranslationPublished', 3, { ...published, articleId: first, locale: 'fr' }),
      knowledgeEvent('TranslationOutdated', 9, {
        ...{ articleId: first, locale: 'fr', sourceRevision: 2 },
        ...{ changedBlocks: 1, changedWords: 10, significance: 'major' },
      }),
      knowledgeEvent('ArticleDrafted', 4, { ...drafting, articleId: second, number: 2, categoryId: null }),
      knowledgeEvent('TranslationPublished', 5, { ...published, articleId: second, locale: 'en' }),
    ]);
  }, 60_000);
  afterAll(() => analytics.stop());

  it('answers with its definition, by language and by category', async () => {
    const answer = await analytics.get<Answer>('kpis/articles?groupBy=language');
    expect(answer).toMatchObject({
      ...{ kpi: 'articles', value: 2, unit: 'articles', statistic: 'count', exact: true },
      ...{ definition: { version: 1, title: 'Articles published' }, parts: { texts: 3, translations: 1 } },
      groups: [
        { key: 'en', label: 'en', value: 2 },
        { key: 'fr', label: 'fr', value: 1 },
      ],
    });
    expect(answer.through.positions['received']).toBe(8);
    expect(await analytics.get('kpis/languages?groupBy=category')).toMatchObject({
      value: 2,
      groups: [
        { key: category, label: 'Payments', value: 2 },
        { key: null, label: null, value: 1 },
      ],
    });
    expect(await analytics.get('kpis/outdated-share')).toMatchObject({ value: 0.25, numerator: 10, denominator: 40 });
    expect(await analytics.get('kpis/outdated-share?language=en')).toMatchObject({
      ...{ value: null, reason: { code: 'no-denominator' } },
    });
  });

  it('lists the rows behind a number, page by page', async () => {
    const page = await analytics.get<ItemKpiRows>('kpis/articles/rows?limit=1');
    expect(page).toMatchObject({ count: 2, sum: 2, items: [{ articleId: first, number: 1, at: instantOf(2) }] });
    const next = await analytics.get<ItemKpiRows>(`kpis/articles/rows?limit=1&cursor=${page.nextCursor}`);
    expect(next).toMatchObject({ count: 2, sum: 2, items: [{ articleId: second, number: 2 }], nextCursor: null });
    expect(await analytics.get('kpis/outdated-words/rows')).toMatchObject({
      ...{ count: 1, sum: 10 },
      items: [{ articleId: first, language: 'fr', categoryId: category, at: instantOf(9), n: 1, value: 10 }],
    });
  });

  it.each([
    ['kpis/articles/tickets', 404, 'unknown-kpi'],
    ['kpis/backlog/rows', 404, 'unknown-kpi'],
    ['kpis/articles?department=billing', 400, 'unknown-parameter'],
    ['kpis/backlog?language=fr', 400, 'unknown-parameter'],
    ['kpis/articles?category=nothing', 422, 'unknown-category'],
    ['kpis/articles/rows?category=nothing', 422, 'unknown-category'],
    ['kpis/articles?groupBy=department', 422, 'invalid-parameter'],
    ['kpis/articles?at=2199-01-01', 422, 'instant-in-the-future'],
    ['kpis/articles?from=2020-01-01&to=2026-03-01&bucket=day', 422, 'too-many-buckets'],
    ['kpis/articles/rows?cursor=x', 400, 'invalid-cursor'],
  ])('refuses %s: %i %s', async (path, status, code) => {
    expect(await analytics.ask(path)).toMatchObject({ status, body: { code } });
  });

  it('shows nothing of it to another tenant', async () => {
    const { body } = await analytics.ask('kpis/articles', { tenantId: articleIdOf(77) });
    expect(body).toMatchObject({ value: 0 });
  });
});
