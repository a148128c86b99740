import type { KnowledgeEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { type CountKpi, type Counts, expectedOf } from '../../../testing/expected-items.js';
import { FiguresDatabase } from '../../../testing/figures-database.node.js';
import { articleIdOf, categoryIdOf, knowledgeEvent } from '../../../testing/knowledge-story.js';
import { start, tenantId, ticketIdOf } from '../../../testing/ticket-story.js';
import { knowledgeFactsProjection } from '../../projection/knowledge-facts.projection.js';
import { KpisQuery } from '../answers/kpis.query.js';
import { lasts } from '../definitions/item-forms.js';
import { knowledge } from '../definitions/knowledge.js';
import { type Query, questionOf } from '../definitions/question.js';
import { ItemRowsQuery } from './item-rows.query.js';

const minutes = 300;
const instantOf = (minute: number) => new Date(start + minute * 60_000).toISOString();
const now = start + 10 * minutes * 60_000;
const [locales, devices, voters] = [['en', 'fr', 'pl'], ['desktop', 'mobile'] as const, ['a', 'b', 'c']];
/** By number of the article. */
const categories: Readonly<Record<number, string>> = { 1: categoryIdOf(1), 2: '' };

type Settled = KnowledgeEventData['SessionSettled'];
type Reading = Omit<Settled['languages'][number], 'locale'>;

/** A reader gives a rating, changes it, or takes it back. */
interface Vote {
  readonly minute: number;
  readonly article: number;
  readonly locale: string;
  readonly voter: string;
  /** Null: it is taken back. */
  readonly helpful: boolean | null;
}
interface Visit {
  readonly began: number;
  readonly locale: string;
  readonly device: (typeof devices)[number];
  readonly languages: readonly (Reading & { readonly locale: string })[];
  readonly forms: readonly (Pick<
    Settled['attempts'][number],
    'locale' | 'outcome' | 'suggestionsShown' | 'suggestionsOpened'
  > & { readonly began: number })[];
}

const minute = fc.integer({ min: 0, max: minutes - 1 });
const locale = fc.constantFrom(...locales);
const few = fc.integer({ min: 0, max: 3 });
const article = fc.constantFrom(1, 2);
const someVotes: fc.Arbitrary<Vote[]> = fc
  .array(
    fc.record({ ...{ minute, article, locale, voter: fc.constantFrom(...voters) }, helpful: fc.option(fc.boolean()) }),
    { maxLength: 15 },
  )
  .map((votes) => votes.toSorted((a, b) => a.minute - b.minute));
const counts = { views: few, otherLanguageViews: few, searches: few, zeroResultSearches: few, openedSearches: few };
const reading = fc.record({ ...counts, openedResults: few, locale });
const outcome = fc.constantFrom('ticket' as const, 'confirmed' as const, 'read' as const, 'abandoned' as const);
const form = fc.record({ began: minute, locale, outcome, suggestionsShown: few, suggestionsOpened: few });
const someVisits: fc.Arbitrary<Visit[]> = fc.array(
  fc.record({
    ...{ began: minute, locale, device: fc.constantFrom(...devices), forms: fc.array(form, { maxLength: 3 }) },
    languages: fc.uniqueArray(reading, { maxLength: 3, selector: (one) => one.locale }),
  }),
  { maxLength: 6 },
);

const nothing = { views: 0, otherLanguageViews: 0, searches: 0, zeroResultSearches: 0, openedSearches: 0 };
const ofWhole = (languages: Visit['languages']): Reading => {
  const sum = (of: (one: Reading) => number) => languages.reduce((total, one) => total + of(one), 0);
  return {
    views: sum(({ views }) => views),
    otherLanguageViews: sum(({ otherLanguageViews }) => otherLanguageViews),
    searches: sum(({ searches }) => searches),
    zeroResultSearches: sum(({ zeroResultSearches }) => zeroResultSearches),
    openedSearches: sum(({ openedSearches }) => openedSearches),
    openedResults: sum(({ openedResults }) => openedResults),
  };
};

function eventsOf(votes: readonly Vote[], visits: readonly Visit[]): RecordedEvent[] {
  const drafted = [1, 2].map((number) =>
    knowledgeEvent('ArticleDrafted', 0, {
      ...{ articleId: articleIdOf(number), number, sourceLocale: 'en', audience: 'public', origin: 'person' },
      categoryId: categories[number] || null,
    }),
  );
  const rated = votes.map((vote) => {
    const of = { articleId: articleIdOf(vote.article), locale: vote.locale, voterId: vote.voter, revision: 1 };
    return vote.helpful === null
      ? knowledgeEvent('RatingWithdrawn', vote.minute, of)
      : knowledgeEvent('ArticleRated', vote.minute, { ...of, helpful: vote.helpful });
  });
  const settled = visits.map(({ began, locale: wanted, device, languages, forms }, visit) =>
    knowledgeEvent('SessionSettled', minutes * 6, {
      ...{
        sessionId: ticketIdOf(visit),
        locale: wanted,
        device,
        counts: ofWhole(languages),
        languages: [...languages],
      },
      ...{ beganAt: instantOf(began), endedAt: instantOf(began + 5) },
      attempts: forms.map(({ began: begun, ...attempt }, i) => ({
        ...{ ...attempt, attemptId: ticketIdOf(100 + visit * 10 + i) },
        ...{ beganAt: instantOf(begun), settledAt: instantOf(minutes * 6) },
      })),
    }),
  );
  return [...drafted, ...rated, ...settled];
}

/** Something that figures are made of: counted one by one. */
interface Item {
  readonly minute: number;
  readonly language: string;
  readonly category?: string;
  readonly device?: string;
  readonly visit?: number;
  readonly adds: Counts;
}

function ratingsIn(votes: readonly Vote[]): Item[] {
  const last = new Map(votes.map((vote) => [`${vote.article} ${vote.locale} ${vote.voter}`, vote]));
  return [...last.values()]
    .filter(({ helpful }) => helpful !== null)
    .map(({ minute: at, locale: language, article: of, helpful }) => {
      const adds = { ratings: 1, helpful: Number(helpful), unhelpful: Number(!helpful) };
      return { minute: at, language, category: categories[of] ?? '', adds };
    });
}

const readingIn = (visits: readonly Visit[]): Item[] =>
  visits.flatMap(({ began, device, locale: wanted, languages }, visit) =>
    (languages.length > 0 ? languages : [{ locale: wanted, ...nothing }]).map(({ locale: language, ...adds }) => ({
      ...{ minute: began, language, device, visit, adds },
    })),
  );

const formsIn = (visits: readonly Visit[]): Item[] =>
  visits.flatMap(({ device, forms }) =>
    forms.map(({ began, locale: language, outcome: was, suggestionsShown, suggestionsOpened }) => {
      const [confirmed, read] = [Number(was === 'confirmed'), Number(was === 'read')];
      const others = { tickets: Number(was === 'ticket'), abandoned: Number(was === 'abandoned') };
      const adds = {
        forms: 1,
        confirmed,
        read,
        deflected: confirmed + read,
        ...others,
        suggestionsShown,
        suggestionsOpened,
      };
      return { minute: began, language, device, adds };
    }),
  );

function countsOf(kpi: CountKpi, items: readonly Item[]): Counts {
  const { value, over, parts = [] } = kpi.form;
  const visits = new Set(items.map(({ visit }) => visit)).size;
  const wanted = [value, ...(over ? [over] : []), ...parts];
  return Object.fromEntries(
    wanted.map((measure) => [
      measure,
      measure === 'visits' ? visits : items.reduce((sum, { adds }) => sum + (adds[measure] ?? NaN), 0),
    ]),
  );
}

const happening: readonly CountKpi[] = knowledge.filter((kpi) => !lasts(kpi.form));
const asked = fc.record({
  kpi: fc.constantFrom(...happening),
  from: fc.integer({ min: -10, max: minutes }),
  length: fc.integer({ min: 1, max: minutes }),
  language: fc.option(fc.subarray(locales, { minLength: 1 }), { nil: undefined }),
  second: fc.option(fc.boolean(), { nil: undefined }),
  isGrouped: fc.boolean(),
  isBySecond: fc.boolean(),
});

let figures: FiguresDatabase;
let kpis: KpisQuery;
beforeAll(async () => {
  figures = await FiguresDatabase.create(knowledgeFactsProjection());
  kpis = new KpisQuery(figures.tenants);
});
afterAll(() => figures.drop());

it('counts what readers say and do as if one by one, in any period, with the rows behind it', async () => {
  await fc.assert(
    fc.asyncProperty(
      someVotes,
      someVisits,
      fc.array(asked, { minLength: 10, maxLength: 10 }),
      async (votes, visits, questions) => {
        await figures.apply(eventsOf(votes, visits));
        for (const { kpi, from, length, language, second, isGrouped, isBySecond } of questions) {
          const of = {
            texts: [],
            questions: [],
            ratings: ratingsIn(votes),
            reading: readingIn(visits),
            forms: formsIn(visits),
          }[kpi.form.of];
          const dimension = kpi.form.of === 'ratings' ? 'category' : 'device';
          const chosen =
            second === undefined
              ? undefined
              : (dimension === 'category' ? [categoryIdOf(1), ''] : devices)[Number(second)];
          const items = of.filter(
            (item) =>
              item.minute >= from &&
              item.minute < from + length &&
              language?.includes(item.language) !== false &&
              (chosen === undefined || item[dimension] === chosen),
          );
          const groupBy = isBySecond ? dimension : 'language';
          const query: Query = {
            ...{ from: instantOf(from), to: instantOf(from + length), ...(language && { language }) },
            ...(chosen !== undefined && { [dimension]: chosen }),
          };
          const question = questionOf(kpi, { ...query, ...(isGrouped && { groupBy }) }, { timeZone: 'UTC' });
          const answer = await kpis.answer(tenantId, question, now);
          expect(answer).toMatchObject(expectedOf(kpi, countsOf(kpi, items)));
          const groups = isGrouped ? Map.groupBy(items, (item) => item[groupBy] ?? '') : new Map<string, Item[]>();
          expect(new Map(answer.groups?.map(({ key, ...group }) => [key ?? '', group]))).toEqual(
            new Map(
              [...groups].map(([key, those]) => [
                key,
                expect.objectContaining(expectedOf(kpi, countsOf(kpi, those))) as object,
              ]),
            ),
          );
          const asking = questionOf(kpi, query, { timeZone: 'UTC' });
          const rows = await new ItemRowsQuery(kpis).page({ tenantId, question: asking, nowMs: now, limit: 200 });
          const total = (field: 'n' | 'value') => rows.items.reduce((sum, row) => sum + row[field], 0);
          expect([total('n'), total('value')]).toEqual([rows.count, rows.sum]);
          if (answer.denominator === undefined) expect(rows.sum).toBe(answer.value);
          else expect([rows.count, rows.sum]).toEqual([answer.denominator, answer.numerator]);
        }
        await figures.empty();
      },
    ),
    { numRuns: 25 },
  );
}, 120_000);

it('has a history, bucket by bucket', async () => {
  await fc.assert(
    fc.asyncProperty(someVotes, someVisits, fc.constantFrom(...happening), async (votes, visits, kpi) => {
      await figures.apply(eventsOf(votes, visits));
      const of = {
        texts: [],
        questions: [],
        ratings: ratingsIn(votes),
        reading: readingIn(visits),
        forms: formsIn(visits),
      }[kpi.form.of];
      const query = { from: instantOf(0), to: instantOf(minutes), bucket: 'hour' };
      const { series = [] } = await kpis.answer(tenantId, questionOf(kpi, query, { timeZone: 'UTC' }), now);
      expect(series).toHaveLength(minutes / 60);
      series.forEach((step, hour) => {
        const items = of.filter((item) => Math.floor(item.minute / 60) === hour);
        expect(step).toMatchObject(expectedOf(kpi, countsOf(kpi, items)));
      });
      await figures.empty();
    }),
    { numRuns: 15 },
  );
}, 120_000);
