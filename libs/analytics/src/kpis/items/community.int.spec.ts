import fc from 'fast-check';
import { AnalyticsUnderTest } from '../../../testing/analytics-under-test.node.js';
import {
  categories,
  lastMinute,
  LivedForum,
  locales,
  rootOf,
  someLife,
  type Topic,
} from '../../../testing/arbitrary-topics.js';
import {
  communityEvent,
  forumCategoryIdOf,
  memberIdOf,
  postIdOf,
  topicIdOf,
} from '../../../testing/community-story.js';
import { expectedOf as expectedCount } from '../../../testing/expected-items.js';
import { FiguresDatabase } from '../../../testing/figures-database.node.js';
import { start, tenantId } from '../../../testing/ticket-story.js';
import { communityFactsProjection } from '../../projection/community-facts.projection.js';
import type { Answer } from '../answers/answer.js';
import type { ItemKpiRows } from '../answers/kpi-answers.http.js';
import { KpisQuery } from '../answers/kpis.query.js';
import { community } from '../definitions/community.js';
import type { ItemKpi } from '../definitions/kpi-definition.js';
import { type Query, questionOf } from '../definitions/question.js';
import { type ItemRow, type ItemRowPosition, ItemRowsQuery } from './item-rows.query.js';

const minuteMs = 60_000;
const instantOf = (minute: number) => new Date(start + minute * minuteMs).toISOString();
const now = start + lastMinute * minuteMs;
const twoDays = 48 * 60;

/** A question that counts, looked at by itself; times in minutes. */
interface Asked {
  readonly minute: number;
  readonly language: string;
  readonly category: string;
  readonly answers: readonly number[];
  readonly solved: boolean;
  readonly votes: number;
}

function questionsIn(topics: readonly Topic[]): Asked[] {
  return topics.flatMap((topic) => {
    const [first] = topic.posts;
    if (topic.kind !== 'question' || topic.into || first?.state !== 'visible') return [];
    const tree = topics.filter((other) => rootOf(other) === topic);
    const visible = tree.flatMap(({ posts }) => posts).filter(({ state }) => state === 'visible');
    const answers = tree.flatMap(({ posts: [own, ...others] }) =>
      others
        .filter(({ state, official, member }) => {
          const isAsker = member === first.member || member === own?.member;
          return state === 'visible' && (official || !isAsker);
        })
        .map(({ shown = NaN }) => shown),
    );
    return [
      {
        ...{ minute: first.shown ?? NaN, language: topic.locale, category: topic.category, answers },
        solved: visible.some(({ accepted }) => accepted),
        votes: visible.reduce((sum, { voters }) => sum + voters.size, 0),
      },
    ];
  });
}

/** Minutes from the question to its first answer; Infinity: there is none. */
const waited = ({ minute, answers }: Asked): number => Math.max(0, Math.min(...answers) - minute);
const age = ({ minute }: Asked): number => lastMinute - minute;

function expectedOf({ form }: ItemKpi, questions: readonly Asked[], bands = [60, 24 * 60, twoDays]): object {
  const count = (is: (one: Asked) => boolean) => questions.filter(is).length;
  const sum = (of: (one: Asked) => number) => questions.reduce((total, one) => total + of(one), 0);
  const answered = count((one) => waited(one) < Infinity);
  const isOld = (one: Asked) => age(one) >= twoDays;
  if (form.kind === 'items')
    return expectedCount(
      { form },
      {
        ...{ questions: questions.length, answered, solved: count(({ solved }) => solved) },
        ...{ answers: sum(({ answers }) => answers.length), votes: sum(({ votes }) => votes) },
        ...{ old: count(isOld), young: count((one) => !isOld(one)) },
        unansweredInTime: count((one) => isOld(one) && waited(one) > twoDays),
        neverAnswered: count((one) => isOld(one) && waited(one) === Infinity),
      },
    );
  const times = questions
    .map(waited)
    .filter((minutes) => minutes < Infinity)
    .sort((a, b) => a - b);
  const total = times.reduce((all, minutes) => all + minutes * 60, 0);
  const [below = NaN, above = NaN] = [times[Math.ceil(times.length / 2) - 1], times[Math.floor(times.length / 2)]];
  const median = times.length === 0 ? null : (below + above) * 30;
  return {
    ...{ value: median, n: answered, sum: total, mean: answered === 0 ? null : total / answered, median },
    ...{ of: questions.length, open: questions.length - answered, max: times.length === 0 ? null : times.at(-1)! * 60 },
    bands: bands.map((limit) => {
      const n = times.filter((minutes) => minutes <= limit).length;
      const stillOpen = count((one) => waited(one) === Infinity && age(one) <= limit);
      return expect.objectContaining({ n, stillOpen }) as object;
    }),
  };
}

const kpisOfCommunity: readonly ItemKpi[] = community;
const some = <T>(values: readonly T[]) => fc.option(fc.subarray([...values], { minLength: 1 }), { nil: undefined });
const asking = fc.record({
  kpi: fc.constantFrom(...kpisOfCommunity),
  from: fc.integer({ min: -10, max: lastMinute }),
  length: fc.integer({ min: 1, max: lastMinute + 10 }),
  language: some(locales),
  category: some(categories),
  groupBy: fc.constantFrom(undefined, 'language' as const, 'category' as const),
});

describe('figures of any community', () => {
  let figures: FiguresDatabase;
  let kpis: KpisQuery;
  beforeAll(async () => {
    figures = await FiguresDatabase.create(communityFactsProjection());
    kpis = new KpisQuery(figures.tenants);
  });
  afterAll(() => figures.drop());
  const named = [1, 2].map((number) =>
    communityEvent('ForumCategoryNamed', 0, {
      categoryId: forumCategoryIdOf(number),
      locale: 'en',
      name: `C ${number}`,
    }),
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

  it('are those that are counted one by one, in any period, with the rows behind them', async () => {
    await fc.assert(
      fc.asyncProperty(someLife, fc.array(asking, { minLength: 8, maxLength: 8 }), async (life, questions) => {
        const { events, topics } = new LivedForum(life);
        await figures.apply([...named, ...events]);
        for (const { kpi, from, length, language, category, groupBy } of questions) {
          const those = questionsIn(topics).filter(
            (one) =>
              one.minute >= from &&
              one.minute < from + length &&
              language?.includes(one.language) !== false &&
              category?.includes(one.category) !== false,
          );
          const query: Query = {
            ...{ from: instantOf(from), to: instantOf(from + length) },
            ...{ ...(language && { language }), ...(category && { category }) },
          };
          const question = questionOf(kpi, { ...query, ...(groupBy && { groupBy }) }, { timeZone: 'UTC' });
          const answer = await kpis.answer(tenantId, question, now);
          expect(answer).toMatchObject(expectedOf(kpi, those));
          const groups = groupBy ? [...Map.groupBy(those, (one) => one[groupBy])] : [];
          expect(new Map(answer.groups?.map(({ key, label: _, ...group }) => [key, group]))).toEqual(
            new Map(groups.map(([key, own]) => [key, expect.objectContaining(expectedOf(kpi, own)) as object])),
          );
          const rows = await allRows(kpi, query);
          const total = (field: 'n' | 'value') => rows.items.reduce((sum, row) => sum + row[field], 0);
          expect([total('n'), total('value')]).toEqual([rows.count, rows.sum]);
          const { denominator, numerator, n, sum, value } = answer;
          expect([rows.count, rows.sum]).toEqual(
            denominator !== undefined ? [denominator, numerator] : n !== undefined ? [n, sum] : [value, value],
          );
        }
        await figures.empty();
      }),
      { numRuns: 100 },
    );
  }, 120_000);

  it('have a history: each bucket says what has become of what was asked in it', async () => {
    await fc.assert(
      fc.asyncProperty(someLife, fc.constantFrom(...kpisOfCommunity), async (life, kpi) => {
        const { events, topics } = new LivedForum(life);
        await figures.apply([...named, ...events]);
        const asked = {
          ...{ from: instantOf(0), to: instantOf(lastMinute), bucket: 'hour', groupBy: 'language' },
          ...(kpi.form.kind === 'item-durations' && { bands: 'PT10M,P3D' }),
        };
        const question = questionOf(kpi, asked, { timeZone: 'UTC' });
        const { series = [], groups = [] } = await kpis.answer(tenantId, question, now);
        expect(series).toHaveLength(lastMinute / 60);
        series.forEach((step, hour) => {
          const those = questionsIn(topics).filter(({ minute }) => Math.floor(minute / 60) === hour);
          expect(step).toMatchObject(expectedOf(kpi, those, [10, 3 * 24 * 60]));
          for (const { key, series: own = [] } of groups) {
            const ofGroup = those.filter(({ language }) => language === key);
            expect(own[hour]).toMatchObject(expectedOf(kpi, ofGroup, [10, 3 * 24 * 60]));
          }
        });
        await figures.empty();
      }),
      { numRuns: 15 },
    );
  }, 120_000);

  it('are the same whatever the batches, and whichever stream comes first', async () => {
    const everything = () =>
      figures.tenants.snapshot(tenantId, async (client) => {
        const facts = await client.query<object>('select * from read_model.question_fact order by topic_id');
        const topics = await client.query<object>(
          'select topic_id, merged_into, category_id, history::text from read_model.community_topic order by topic_id',
        );
        return [...facts.rows, ...topics.rows];
      });
    await fc.assert(
      fc.asyncProperty(someLife, fc.infiniteStream(fc.nat()), async (life, chances) => {
        const { events } = new LivedForum(life);
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
      { numRuns: 60 },
    );
  }, 120_000);
});

describe('over HTTP', () => {
  let analytics: AnalyticsUnderTest;
  const category = forumCategoryIdOf(1);
  const begin = (number: number, minute: number, held = false) =>
    communityEvent('TopicStarted', minute, {
      ...{ topicId: topicIdOf(number), postId: postIdOf(number, 0), number, categoryId: category, kind: 'question' },
      ...{ locale: 'en', memberId: memberIdOf(1), titleLength: 5, bodyLength: 50, official: false, held },
    });
  beforeAll(async () => {
    analytics = await AnalyticsUnderTest.start();
    const [first, answer] = [topicIdOf(1), postIdOf(1, 1)];
    await analytics.receive('community', [
      communityEvent('ForumCategoryNamed', 0, { categoryId: category, locale: 'de', name: 'Zahlungen' }),
      communityEvent('ForumCategoryNamed', 0, { categoryId: category, locale: 'en', name: 'Payments' }),
      ...[begin(1, 1), begin(2, 2), begin(3, 3, true)],
      communityEvent('PostAdded', 11, {
        ...{ topicId: first, postId: answer, memberId: memberIdOf(2), bodyLength: 9, official: false, held: false },
      }),
      communityEvent('AnswerAccepted', 12, { topicId: first, postId: answer, by: 'author' }),
      communityEvent('VoteCast', 13, { topicId: first, postId: answer }, 7),
    ]);
  }, 60_000);
  afterAll(() => analytics.stop());

  it('answers with its definition, by language and by category', async () => {
    const answer = await analytics.get<Answer>('kpis/questions?groupBy=category');
    expect(answer).toMatchObject({
      ...{ kpi: 'questions', value: 2, unit: 'questions', statistic: 'count', cohort: 'cohort', exact: true },
      definition: { version: 1, title: 'Questions' },
      parts: { answered: 1, solved: 1, answers: 1, votes: 1 },
      groups: [{ key: category, label: 'Payments', value: 2 }],
    });
    expect(answer.through.positions['received']).toBe(8);
    expect(await analytics.get('kpis/first-answer-time?bands=PT5M,PT10M')).toMatchObject({
      ...{ value: 600, n: 1, of: 2, open: 1, exact: true, relativeErrorPercent: 0 },
      bands: [
        { within: 'PT5M', n: 0, share: 0 },
        { within: 'PT10M', n: 1, share: 0.5 },
      ],
    });
    expect(await analytics.get('kpis/solved-share')).toMatchObject({ value: 0.5, numerator: 1, denominator: 2 });
    expect(await analytics.get('kpis/first-answer-time?language=fr')).toMatchObject({
      ...{ value: null, reason: { code: 'nothing-measured' } },
    });
  });

  it('lists the rows behind a number, page by page', async () => {
    const page = await analytics.get<ItemKpiRows>('kpis/questions/rows?limit=1');
    const about = { articleId: null, sessionId: null, language: 'en', categoryId: category };
    expect(page).toMatchObject({ count: 2, sum: 2, items: [{ ...about, topicId: topicIdOf(1), number: 1 }] });
    const next = await analytics.get<ItemKpiRows>(`kpis/questions/rows?limit=1&cursor=${page.nextCursor}`);
    expect(next).toMatchObject({ items: [{ topicId: topicIdOf(2), at: instantOf(2) }], nextCursor: null });
    expect(await analytics.get('kpis/first-answer-time/rows')).toMatchObject({
      ...{ count: 1, sum: 600, items: [{ topicId: topicIdOf(1), n: 1, value: 600 }] },
    });
  });

  it.each([
    ['kpis/questions/tickets', 404, 'unknown-kpi'],
    ['kpis/questions?department=billing', 400, 'unknown-parameter'],
    ['kpis/questions?at=2026-03-02', 400, 'unknown-parameter'],
    ['kpis/solved-share?device=mobile', 400, 'unknown-parameter'],
    ['kpis/solved-share?bands=PT1H', 400, 'unknown-parameter'],
    ['kpis/first-answer-time?bands=soon', 422, 'invalid-duration'],
    ['kpis/questions?category=nothing', 422, 'unknown-category'],
    ['kpis/unanswered-share/rows?category=nothing', 422, 'unknown-category'],
    ['kpis/questions?groupBy=device', 422, 'invalid-parameter'],
  ])('refuses %s: %i %s', async (path, status, code) => {
    expect(await analytics.ask(path)).toMatchObject({ status, body: { code } });
  });

  it('shows nothing of it to another tenant', async () => {
    const { body } = await analytics.ask('kpis/questions', { tenantId: topicIdOf(77) });
    expect(body).toMatchObject({ value: 0 });
  });
});
