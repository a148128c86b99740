import { specification } from '@guichet/event-sourcing/testing';
import { articleDecider, type ArticleCommand, type ArticleEvent, type Drafting, maxAddresses } from './article.js';

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

const merge = (intoArticleId: string, successor = { isThere: true, isArchived: false }): ArticleCommand => ({
  type: 'MergeArticle',
  data: { articleId, intoArticleId, successor, at },
});
const merged: ArticleEvent = { type: 'ArticleMerged', data: { articleId, intoArticleId: successorId, at } };
const categoryId = '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0003';
const move: ArticleCommand = { type: 'MoveArticle', data: { articleId, categoryId, at } };
const open: ArticleCommand = { type: 'ChangeArticleAudience', data: { articleId, audience: 'agents', at } };
const own: ArticleCommand = { type: 'SetArticleOwner', data: { articleId, ownerId: 'ann', verifyEveryDays: 90, at } };
const verify: ArticleCommand = { type: 'VerifyArticle', data: { articleId, at } };
const keep = (path: string, locale?: string): ArticleCommand => ({
  type: 'KeepOldAddress',
  data: { articleId, path, ...(locale && { locale }), at },
});
const kept = (path: string, locale?: string): ArticleEvent => ({
  type: 'OldAddressKept',
  data: { articleId, path, ...(locale && { locale }), at },
});

it('begins once', () => {
  given().when(draft).then(drafted);
  given(drafted).when(draft).thenNothing();
});
it.each([archive(), archive(successorId), reinstate, merge(successorId), move, open, own, verify, keep('/old')])(
  'is not there for %j before',
  (command) => given().when(command).thenRefused('unknown-article'),
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
  given(...history)
    .when(merge(articleId))
    .thenRefused('successor-cycle');
  given(...history)
    .when(merge(successorId, { isThere: false, isArchived: false }))
    .thenRefused('unknown-article');
  given(...history)
    .when(merge(successorId, { isThere: true, isArchived: true }))
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

it('is merged, once, and reinstated', () => {
  given(drafted).when(merge(successorId)).then(merged);
  given(drafted, merged).when(merge(successorId)).thenNothing();
  given(drafted, merged).when(reinstate).then(reinstated);
});
it('is moved, opened to others, and owned, each once', () => {
  const moved: ArticleEvent = { type: 'ArticleMoved', data: { articleId, categoryId, at } };
  const opened: ArticleEvent = { type: 'ArticleAudienceChanged', data: { articleId, audience: 'agents', at } };
  const owned: ArticleEvent = { type: 'ArticleOwnerSet', data: { articleId, ownerId: 'ann', verifyEveryDays: 90, at } };
  given(drafted).when(move).then(moved);
  given(drafted, moved).when(move).thenNothing();
  given(drafted).when(open).then(opened);
  given(drafted, opened).when(open).thenNothing();
  given(drafted).when(own).then(owned);
  given(drafted, owned).when(own).thenNothing();
});
it('is verified each time somebody looks', () => {
  const verified: ArticleEvent = { type: 'ArticleVerified', data: { articleId, at } };
  given(drafted).when(verify).then(verified);
  given(drafted, verified).when(verify).then(verified);
});
it('keeps its addresses, each once and with its language, and not without end', () => {
  given(drafted).when(keep('/old')).then(kept('/old'));
  given(drafted, kept('/old')).when(keep('/old')).thenNothing();
  given(drafted, kept('/old')).when(keep('/old', 'fr')).then(kept('/old', 'fr'));
  const many = Array.from({ length: maxAddresses }, (_, i) => kept(`/old/${i}`));
  given(drafted, ...many)
    .when(keep('/old'))
    .thenRefused('too-many-addresses');
});
