import { specification } from '@guichet/event-sourcing/testing';
import { maxUses, type UseCommand, type UsedArticle, useDecider, type UseEvent } from './use.js';

const given = specification(useDecider);
const at = '2026-03-02T09:00:00.000Z';
const [ticketId, articleId, otherId] = ['1', '2', '3'].map((n) => `0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a000${n}`) as [
  string,
  string,
  string,
];
const found: UsedArticle = { isThere: true, isArchived: false, shown: { locale: 'fr', revision: 2 } };
const use = (article: Partial<UsedArticle> = {}, id = articleId): UseCommand => ({
  type: 'UseArticle',
  data: { ticketId, articleId: id, article: { ...found, ...article }, at },
});
const used = (revision = 2, locale = 'fr', id = articleId): UseEvent => ({
  type: 'ArticleUsedInReply',
  data: { ticketId, articleId: id, locale, revision, at },
});

it('records what the article says, once', () => {
  given().when(use()).then(used());
  given(used()).when(use()).thenNothing();
});
it.each<[string, UseCommand, UseEvent]>([
  ['another revision', use({ shown: { locale: 'fr', revision: 3 } }), used(3)],
  ['another language', use({ shown: { locale: 'pl', revision: 2 } }), used(2, 'pl')],
  ['another article', use({}, otherId), used(2, 'fr', otherId)],
])('records %s too', (_, command, event) => given(used()).when(command).then(event));
describe.each<[string, UseEvent[]]>([
  ['the first time', []],
  ['once used', [used()]],
])('%s', (_, events) => {
  it.each<[string, UseCommand]>([
    ['unknown-article', use({ isThere: false })],
    ['article-archived', use({ isArchived: true })],
    ['not-published', use({ shown: null })],
  ])('is refused: %s', (code, command) =>
    given(...events)
      .when(command)
      .thenRefused(code),
  );
});
it('records so many at most', () => {
  const many = Array.from({ length: maxUses }, (_, i) => used(i + 1));
  given(...many)
    .when(use({ shown: { locale: 'pl', revision: 1 } }))
    .thenRefused('too-many-uses');
  given(...many)
    .when(use())
    .thenNothing();
});
