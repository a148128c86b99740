import { specification } from '@guichet/event-sourcing/testing';
import { articleDecider, type ArticleCommand, type ArticleEvent, type Drafting } from './article.js';

const given = specification(articleDecider);
const at = '2026-03-02T09:00:00.000Z';
const articleId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001';
const successorId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0002';
const drafting: Drafting = {
  ...{ articleId, number: 42, sourceLocale: 'en', categoryId: null, audience: 'public', origin: 'person', at },
};
const drafted: ArticleEvent = { type: 'ArticleDrafted', data: drafting };
const archived = (by?: string): ArticleEvent => ({
  type: 'ArticleArchived',
  data: { articleId, ...(by && { successorId: by }), at },
});
const draft: ArticleCommand = { type: 'DraftArticle', data: drafting };
const archive = (by?: string, successor = { isThere: true, isArchived: false }): ArticleCommand => ({
  type: 'ArchiveArticle',
  data: { articleId, ...(by && { successorId: by, successor }), at },
});
const reinstate: ArticleCommand = { type: 'ReinstateArticle', data: { articleId, at } };
const reinstated: ArticleEvent = { type: 'ArticleReinstated', data: { articleId, at } };

it('begins once', () => {
  given().when(draft).then(drafted);
  given(drafted).when(draft).thenNothing();
});
it.each([archive(), archive(successorId), reinstate])('is not there for %j before', (command) =>
  given().when(command).thenRefused('unknown-article'),
);
it('is archived, once', () => {
  given(drafted).when(archive()).then(archived());
  given(drafted, archived()).when(archive()).thenNothing();
  given(drafted, archived(successorId)).when(archive(successorId)).thenNothing();
});
it('may get a successor later, and lose it', () => {
  given(drafted, archived()).when(archive(successorId)).then(archived(successorId));
  given(drafted, archived(successorId)).when(archive()).then(archived());
});
it.each([[[drafted]], [[drafted, archived()]]])('refuses a successor that cannot be one, after %j', (history) => {
  given(...history)
    .when(archive(articleId))
    .thenRefused('successor-cycle');
  given(...history)
    .when(archive(successorId, { isThere: false, isArchived: false }))
    .thenRefused('unknown-article');
  given(...history)
    .when(archive(successorId, { isThere: true, isArchived: true }))
    .thenRefused('successor-archived');
});
it('is reinstated, once, without its successor', () => {
  given(drafted, archived(successorId)).when(reinstate).then(reinstated);
  given(drafted, archived(successorId), reinstated).when(reinstate).thenNothing();
  expect(given(drafted, archived(successorId), reinstated).state()).toMatchObject({
    isArchived: false,
    successorId: null,
  });
});
