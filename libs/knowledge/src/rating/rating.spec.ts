import { specification } from '@guichet/event-sourcing/testing';
import {
  maxChanges,
  type RatedText,
  type RatingCommand,
  ratingDecider,
  type RatingEvent,
  type Said,
} from './rating.js';

const given = specification(ratingDecider);
const at = '2026-03-02T09:00:00.000Z';
const of = {
  articleId: '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001',
  locale: 'en',
  voterId: '0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0002',
};
const text: RatedText = { isThere: true, isArchived: false, publications: [1, 3] };
const yes: Said = { helpful: true };
const no: Said = { helpful: false, reason: 'unclear' };
const rate = (said: Said, revision = 1, found: Partial<RatedText> = {}): RatingCommand => ({
  type: 'RateArticle',
  data: { ...of, revision, ...said, at, text: { ...text, ...found } },
});
const rated = (said: Said, revision = 1): RatingEvent => ({
  type: 'ArticleRated',
  data: { ...of, revision, ...said, at },
});
const withdraw: RatingCommand = { type: 'WithdrawRating', data: { ...of, at } };
const withdrawn = (revision = 1): RatingEvent => ({ type: 'RatingWithdrawn', data: { ...of, revision, at } });

it('says once whether the revision that was read helped', () => {
  given().when(rate(yes)).then(rated(yes));
  given(rated(yes)).when(rate(yes)).thenNothing();
  given().when(rate(no)).then(rated(no));
  given(rated(no)).when(rate(no)).thenNothing();
});
it.each<Said>([no, { ...yes, comment: 'Thanks.' }])('may be said otherwise: %j', (said) =>
  given(rated(yes)).when(rate(said)).then(rated(said)),
);
it('may be said of a later revision, and of an earlier one again', () => {
  given(rated(no)).when(rate(yes, 3)).then(rated(yes, 3));
  given(rated(no), rated(yes, 3)).when(rate(no)).then(rated(no));
});
it('is taken back, of the revision that was rated last', () => {
  given(rated(no), rated(yes, 3)).when(withdraw).then(withdrawn(3));
  given(rated(yes), withdrawn()).when(withdraw).thenNothing();
  given().when(withdraw).thenNothing();
  given(rated(yes), withdrawn()).when(rate(yes)).then(rated(yes));
});

const states: [string, RatingEvent[]][] = [
  ['nothing', []],
  ['a yes', [rated(yes)]],
  ['a no', [rated(no)]],
  ['a withdrawal', [rated(yes), withdrawn()]],
];
describe.each(states)('after %s', (_, events) => {
  it.each<[string, RatingCommand]>([
    ['reason-missing', rate({ helpful: false })],
    ['reason-needless', rate({ ...yes, reason: 'unclear' })],
    ['unknown-revision', rate(yes, 2)],
    ['article-archived', rate(yes, 1, { isArchived: true })],
    ['unknown-article', rate(yes, 1, { isThere: false })],
  ])('is refused: %s', (code, command) =>
    given(...events)
      .when(command)
      .thenRefused(code),
  );
});

it('is not said without end', () => {
  const many = Array.from({ length: maxChanges }, (_, i) => rated(i % 2 === 0 ? yes : no));
  given(...many.slice(1))
    .when(rate(yes))
    .then(rated(yes));
  given(...many)
    .when(rate(yes))
    .thenRefused('too-many-ratings');
  given(...many)
    .when(rate(no))
    .thenNothing();
  given(...many)
    .when(withdraw)
    .then(withdrawn());
});
