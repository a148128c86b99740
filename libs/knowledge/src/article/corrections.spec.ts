import { specification } from '@guichet/event-sourcing/testing';
import { type ArticleCommand, articleDecider, type ArticleEvent } from './article.js';
import { maxOpen } from './corrections.js';

const given = specification(articleDecider);
const at = '2026-03-02T09:00:00.000Z';
const articleId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001';
const [reportId, otherId, ticketId] = ['1', '2', '3'].map((n) => `1f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a000${n}`) as [
  string,
  string,
  string,
];
const drafted: ArticleEvent = {
  type: 'ArticleDrafted',
  data: {
    ...{ articleId, number: 42, sourceLocale: 'en', categoryId: null, audience: 'public', origin: 'person', at },
  },
};
const archived: ArticleEvent = { type: 'ArticleArchived', data: { articleId, at } };
const reporting = { articleId, reportId, locale: 'en', revision: 2, ticketId, note: 'It takes 30 days.', at };
const report = (data: object = {}): ArticleCommand => ({
  type: 'ReportCorrection',
  data: { ...reporting, publications: [1, 2], ...data },
});
const reported = (id = reportId): ArticleEvent => ({
  type: 'CorrectionReported',
  data: { ...reporting, reportId: id },
});
type Outcome = 'fixed' | 'not-wrong' | 'duplicate';
const close = (outcome: Outcome, shown: number | null = 3, ofReportId?: string): ArticleCommand => ({
  type: 'CloseCorrection',
  data: { articleId, reportId, outcome, shown, at, ...(ofReportId !== undefined && { ofReportId }) },
});
const closed = (outcome: Outcome, more: object = {}): ArticleEvent => ({
  type: 'CorrectionClosed',
  data: { articleId, reportId, outcome, locale: 'en', at, ...more },
});
const order = (ticketIds: readonly string[], requesterIds: readonly string[] = []): ArticleCommand => ({
  type: 'OrderRecall',
  data: { articleId, reportId, ticketIds, requesterIds, at },
});
const ordered = (ticketIds: readonly string[], requesterIds: readonly string[] = [], fixedIn = 3): ArticleEvent => ({
  type: 'RecallOrdered',
  data: { articleId, reportId, locale: 'en', fixedIn, ticketIds, requesterIds, at },
});

describe('a report', () => {
  it('is kept with the revision that was read, once', () => {
    given(drafted).when(report()).then(reported());
    given(drafted, reported()).when(report()).thenNothing();
  });
  it('is about a revision that people could read', () =>
    given(drafted)
      .when(report({ revision: 3 }))
      .thenRefused('unknown-revision'));
  it('is about an article that there is, and that is shown', () => {
    given().when(report()).thenRefused('unknown-article');
    given(drafted, archived).when(report()).thenRefused('article-archived');
  });
  it('is refused while many others wait', () => {
    const many = Array.from({ length: maxOpen }, (_, i) => reported(`id-${i}`));
    given(drafted, ...many)
      .when(report())
      .thenRefused('too-many-corrections');
    given(drafted, reported(), closed('not-wrong'), ...many.slice(1))
      .when(report({ reportId: otherId }))
      .then(reported(otherId));
  });
});

describe('closing', () => {
  it('as fixed says in which revision, once a newer one is read', () => {
    given(drafted, reported())
      .when(close('fixed'))
      .then(closed('fixed', { fixedIn: 3 }));
    given(drafted, reported()).when(close('fixed', 2)).thenRefused('not-fixed');
    given(drafted, reported()).when(close('fixed', 1)).thenRefused('not-fixed');
  });
  it('as fixed needs no revision where nothing is read any more, archived or not', () => {
    given(drafted, reported()).when(close('fixed', null)).then(closed('fixed'));
    given(drafted, reported(), archived).when(close('fixed', null)).then(closed('fixed'));
  });
  it('as not wrong needs nothing', () =>
    given(drafted, reported()).when(close('not-wrong', 2)).then(closed('not-wrong')));
  it('as a duplicate names another report on the same article, and nothing else does', () => {
    given(drafted, reported(), reported(otherId))
      .when(close('duplicate', 2, otherId))
      .then(closed('duplicate', { ofReportId: otherId }));
    given(drafted, reported()).when(close('duplicate')).thenRefused('duplicate-of-missing');
    given(drafted, reported())
      .when(close('duplicate', 2, otherId))
      .thenRefused('duplicate-of-unknown');
    given(drafted, reported())
      .when(close('duplicate', 2, reportId))
      .thenRefused('duplicate-of-unknown');
    given(drafted, reported(), reported(otherId))
      .when(close('fixed', 3, otherId))
      .thenRefused('not-a-duplicate');
    given(drafted, reported(), reported(otherId))
      .when(close('not-wrong', 3, otherId))
      .thenRefused('not-a-duplicate');
  });
  it.each<[Outcome, ArticleEvent[]]>([
    ['fixed', [closed('fixed', { fixedIn: 3 })]],
    ['not-wrong', [closed('not-wrong')]],
    ['duplicate', [closed('duplicate', { ofReportId: otherId })]],
  ])('is already so the second time as %s, and refused otherwise', (outcome, events) => {
    const state = given(drafted, reported(), reported(otherId), ...events);
    state.when(close(outcome, 4, outcome === 'duplicate' ? otherId : undefined)).thenNothing();
    for (const other of (['fixed', 'not-wrong', 'duplicate'] as const).filter((one) => one !== outcome))
      state.when(close(other, 4, other === 'duplicate' ? otherId : undefined)).thenRefused('correction-closed');
  });
  it('knows the correction', () => {
    given(drafted).when(close('fixed')).thenRefused('unknown-correction');
    given().when(close('fixed')).thenRefused('unknown-article');
  });
});

describe('a recall', () => {
  const fixed = [drafted, reported(), closed('fixed', { fixedIn: 3 })];
  it('names each ticket and each person once', () => {
    given(...fixed)
      .when(order(['t-1', 't-2'], ['ann']))
      .then(ordered(['t-1', 't-2'], ['ann']));
    given(...fixed, ordered(['t-1'], ['ann']))
      .when(order(['t-1', 't-2'], ['ann', 'bob']))
      .then(ordered(['t-2'], ['bob']));
    given(...fixed, ordered(['t-1'], ['ann']))
      .when(order(['t-1'], ['ann']))
      .thenNothing();
    given(...fixed)
      .when(order([]))
      .thenNothing();
  });
  it.each<[string, ArticleEvent[]]>([
    ['open', [reported()]],
    ['not wrong', [reported(), closed('not-wrong')]],
    ['a duplicate', [reported(), reported(otherId), closed('duplicate', { ofReportId: otherId })]],
  ])('is refused for a correction that is %s', (_, events) =>
    given(drafted, ...events)
      .when(order(['t-1']))
      .thenRefused('not-fixed'),
  );
  it('knows the correction', () => {
    given(drafted)
      .when(order(['t-1']))
      .thenRefused('unknown-correction');
    given()
      .when(order(['t-1']))
      .thenRefused('unknown-article');
  });
});
