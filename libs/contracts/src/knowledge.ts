/**
 * Public events of the knowledge base: which articles there are, in which languages, and who may read them. Streams and
 * Kafka keys: `article-<articleId>`, `text-<articleId>.<locale>`, `categories-<tenantId>`, `library-<tenantId>`,
 * `file-<fileId>`, `rating-<articleId>.<locale>.<voterId>`, `use-<ticketId>`. What is written in an article, in a
 * correction or beside a rating is not told: consumers fetch a revision by HTTP. Of a visit (`session-<sessionId>`), what was read and searched
 * is counted in one event when it is over; each view and each search stays in the house.
 */
import { type Static, Type } from 'typebox';
import { audiences } from './audience.js';
import { deviceClasses } from './intake.js';
import { Data, Instant, Key, notPersonal, oneOf, PersonalKey, ShortText, Uuid } from './schema.js';

/** How much a change of the source matters to its translations, from the least. */
export const significances = ['minor', 'update', 'major'] as const;
export const articleOrigins = ['person', 'machine', 'import'] as const;
/** Why an article did not help. */
export const ratingReasons = ['wrong', 'outdated', 'unclear', 'incomplete', 'another-topic', 'other'] as const;
/** What came of a correction that somebody asked for. */
export const correctionOutcomes = ['fixed', 'not-wrong', 'duplicate'] as const;
/**
 * What became of a ticket form that was begun, in this order where several are so. `ticket`: within 24 hours a ticket
 * named the attempt, or its reader opened one. `confirmed`: the reader said that an answer solved it. `read`: a
 * suggestion was before their eyes for 10 seconds at least. `abandoned`: none of these; it never counts as deflected.
 */
export const attemptOutcomes = ['ticket', 'confirmed', 'read', 'abandoned'] as const;

const At = () => Instant({ description: 'When it happened.' });
const ArticleId = () => Uuid({ description: 'The article.' });
const CategoryId = () => Uuid({ description: 'The category.' });
const Locale = (description: string) => Type.String({ maxLength: 35, ...notPersonal('A language.'), description });
const Revision = (description: string) => Type.Integer({ minimum: 1, description });
const Audience = () =>
  oneOf(audiences, 'Who may read it at most. The strictest of an article and the categories above it counts.');

export const ArticleDrafted = Data('There is an article, and nothing of it is published.', {
  articleId: ArticleId(),
  number: Type.Integer({ minimum: 1, description: 'By which people know it; unique within the tenant.' }),
  sourceLocale: Locale('The language it is written in; the others are translated from it.'),
  categoryId: Type.Union([CategoryId(), Type.Null()]),
  audience: Audience(),
  origin: oneOf(articleOrigins, 'Who wrote it.'),
  ticketId: Type.Optional(Uuid({ description: 'The ticket whose answer it was made of.' })),
  at: At(),
});
export const ArticleArchived = Data('The article is shown no more.', {
  articleId: ArticleId(),
  successorId: Type.Optional(Uuid({ description: 'The article that answers instead.' })),
  at: At(),
});
export const ArticleReinstated = Data('An archived article is shown again.', { articleId: ArticleId(), at: At() });

export const ArticleMerged = Data('Another article says it too: this one is shown no more.', {
  articleId: ArticleId(),
  intoArticleId: Uuid({ description: 'The article that answers instead.' }),
  at: At(),
});
export const ArticleMoved = Data('The article is in another category.', {
  articleId: ArticleId(),
  categoryId: Type.Union([CategoryId(), Type.Null()], { description: 'null: in none.' }),
  at: At(),
});
export const ArticleAudienceChanged = Data('Other people may read the article.', {
  articleId: ArticleId(),
  audience: Audience(),
  at: At(),
});
export const ArticleOwnerSet = Data('Who looks after the article, and how often.', {
  articleId: ArticleId(),
  ownerId: Type.Union([PersonalKey(), Type.Null()], { description: 'By the `sub` of their token; null: nobody.' }),
  verifyEveryDays: Type.Union([Type.Integer({ minimum: 1, maximum: 3650 }), Type.Null()], {
    description: 'After how many days somebody has to look whether it is still right; null: never.',
  }),
  at: At(),
});
export const ArticleVerified = Data('Somebody has looked: the article is still right.', {
  articleId: ArticleId(),
  at: At(),
});

const OfText = { articleId: ArticleId(), locale: Locale('The language of the text.') };
export const TranslationPublished = Data('A revision of the text is what people read; in the source language too.', {
  ...OfText,
  revision: Revision('Counts from 1 in each language.'),
  title: ShortText(notPersonal('The title of an article that is published.')),
  slug: Key(notPersonal('Made of the title.')),
  significance: Type.Optional(
    oneOf(significances, 'Of a change of the source: minor outdates no translation, major warns readers first.'),
  ),
  follows: Type.Optional(Revision('Of a translation: the revision of the source that it renders.')),
  words: Type.Integer({ minimum: 0, description: 'Of the body, as readers see it.' }),
  at: At(),
});
export const TranslationWithdrawn = Data('Nothing of the text is published any more.', { ...OfText, at: At() });

export const TranslationReleased = Data('The revision of the source is what translations should follow.', {
  ...OfText,
  revision: Revision('Of the source.'),
  at: At(),
});
export const TranslationConfirmed = Data('The translation is right for a newer revision of the source as it is.', {
  ...OfText,
  sourceRevision: Revision('Of the source.'),
  at: At(),
});
export const TranslationOutdated = Data('The released source says what the published translation does not.', {
  ...OfText,
  sourceRevision: Revision('The released revision of the source that it was compared with.'),
  changedBlocks: Type.Integer({ minimum: 0, description: 'Paragraphs, headings, lists; 0: it is current again.' }),
  changedWords: Type.Integer({ minimum: 0, description: 'Of the source; a word in another’s place counts once.' }),
  significance: Type.Union([oneOf(significances, 'The gravest of the edits that it lacks.'), Type.Null()], {
    description: 'null: it lacks none.',
  }),
  at: At(),
});
export const RevisionRestored = Data('A draft was made of an earlier revision.', {
  ...OfText,
  revision: Revision('The draft’s.'),
  from: Revision('The earlier one.'),
  at: At(),
});

export const CategoryCreated = Data('A category that articles can be in.', {
  categoryId: CategoryId(),
  parentId: Type.Union([CategoryId(), Type.Null()], { description: 'null: at the top.' }),
  place: Type.Integer({ minimum: 0, description: 'Its order among those of the same parent.' }),
  audience: Audience(),
  at: At(),
});
export const CategoryNamed = Data('The category is called so in this language.', {
  categoryId: CategoryId(),
  locale: Locale('The language of the name.'),
  name: ShortText(notPersonal('What a category is called.')),
  at: At(),
});
export const CategoryPlaced = Data('The category is at another place in the tree.', {
  categoryId: CategoryId(),
  parentId: Type.Union([CategoryId(), Type.Null()], { description: 'null: at the top.' }),
  place: Type.Integer({ minimum: 0, description: 'Its order among those of the same parent.' }),
  at: At(),
});
export const CategoryAudienceChanged = Data('Other people may read what is in the category.', {
  categoryId: CategoryId(),
  audience: Audience(),
  at: At(),
});
export const CategoryArchived = Data('The category is shown no more, and takes no articles.', {
  categoryId: CategoryId(),
  at: At(),
});

export const FileAdded = Data('There is a file that texts can show.', {
  fileId: Uuid({ description: 'The file.' }),
  type: Key(notPersonal('A media type, by the content.')),
  bytes: Type.Integer({ minimum: 1 }),
  at: At(),
});
export const FileRemoved = Data('The file is there no more: no text used it.', {
  fileId: Uuid({ description: 'The file.' }),
  at: At(),
});

export const LanguagesSet = Data('The languages of the knowledge base are now these.', {
  source: Locale('In which articles are written unless they say otherwise.'),
  locales: Type.Array(Locale('A language that texts can be in.'), { minItems: 1, maxItems: 100 }),
  fallbacks: Type.Array(
    Type.Object({
      locale: Locale('Where there is no text in this language'),
      then: Type.Array(Locale('the first of these that there is one in is shown.'), { minItems: 1, maxItems: 10 }),
    }),
    { maxItems: 100 },
  ),
  at: At(),
});
export const ReviewRuleSet = Data('Who publishes is now ruled so.', {
  editorsOnly: Type.Boolean({ description: 'false: authors publish too.' }),
  fourEyes: Type.Boolean({ description: 'true: nobody publishes the revision that they wrote.' }),
  at: At(),
});
export const SynonymsSet = Data(
  'These words mean the same in searches in the language; groups that were set before count no more.',
  {
    locale: Locale('The language of the words.'),
    groups: Type.Array(
      Type.Array(Key(notPersonal('A word or phrase that editors have chosen.')), { minItems: 2, maxItems: 20 }),
      { maxItems: 200 },
    ),
    at: At(),
  },
);
export const AnswerPinned = Data('These articles come first for a query in the language.', {
  locale: Locale('The language of the query.'),
  query: ShortText({ ...notPersonal('A query that editors have chosen.'), description: 'In any form of its words.' }),
  articleIds: Type.Array(ArticleId(), {
    maxItems: 10,
    description: 'In this order; none: nothing comes first any more.',
  }),
  at: At(),
});

const OfRating = {
  ...OfText,
  voterId: PersonalKey({ description: 'Stands for a person, or for a reader without an account; says not who.' }),
  revision: Revision('The one that was read: the rating belongs to it, and not to later ones.'),
};
export const ArticleRated = Data(
  'A reader says whether the article helped; takes the place of what they said of the revision before.',
  {
    ...OfRating,
    helpful: Type.Boolean(),
    reason: Type.Optional(oneOf(ratingReasons, 'Given with every `false`, and with no `true`.')),
    at: At(),
  },
);
export const RatingWithdrawn = Data('The reader’s rating does not count any more.', { ...OfRating, at: At() });

const OfCorrection = { ...OfText, reportId: Uuid({ description: 'The correction that was asked for.' }) };
export const CorrectionReported = Data('Somebody says that the article is wrong.', {
  ...OfCorrection,
  ticketId: Type.Optional(Uuid({ description: 'The ticket that shows it.' })),
  revision: Revision('The one that was read.'),
  at: At(),
});
export const CorrectionClosed = Data('Somebody has looked at the correction that was asked for.', {
  ...OfCorrection,
  outcome: oneOf(correctionOutcomes, '`fixed`: what was wrong is not shown any more.'),
  fixedIn: Type.Optional(
    Revision('Of `fixed`: the first that is right; left out where the text is not shown any more.'),
  ),
  ofReportId: Type.Optional(Uuid({ description: 'Of `duplicate`: the other correction that says the same.' })),
  at: At(),
});

export const ArticleUsedInReply = Data('Somebody put the article into a reply on a ticket.', {
  ticketId: Uuid({ description: 'The ticket.' }),
  ...OfText,
  revision: Revision('What it said then.'),
  at: At(),
});

const Count = (description: string) => Type.Integer({ minimum: 0, description });
const readingCounts = {
  views: Count('Articles that were shown; twice the same counts twice.'),
  otherLanguageViews: Count('Of the views: those of a text in another language than was wanted.'),
  searches: Count('Searches; the next page of the same one counts once more.'),
  zeroResultSearches: Count('Of the searches: those that found nothing.'),
  openedSearches: Count('Of the searches: those of which a result was opened.'),
  openedResults: Count('Results that were opened.'),
};

export const TicketDeflected = Data(
  'A ticket form was begun, an answer was found, and no ticket came of it within 24 hours.',
  {
    sessionId: Uuid({ description: 'The visit.' }),
    attemptId: Uuid({ description: 'The ticket form that was begun.' }),
    outcome: oneOf(['confirmed', 'read'], 'Whether the reader said so, or read a suggestion and wrote no ticket.'),
    locale: Locale('The language of the form.'),
    articleId: ArticleId(),
    articleLocale: Locale('The language in which the article was read.'),
    revision: Revision('Of the text that was read.'),
    requesterId: Type.Optional(PersonalKey({ description: 'Who was signed in.' })),
    beganAt: Instant({ description: 'When the form was begun.' }),
    at: At(),
  },
);
export const SessionSettled = Data('A visit is over, and each ticket form that was begun in it has one outcome.', {
  sessionId: Uuid({ description: 'The visit.' }),
  locale: Locale('The language that its reader wanted at first.'),
  device: oneOf(deviceClasses, 'What it came from.'),
  requesterId: Type.Optional(PersonalKey({ description: 'Who was signed in.' })),
  beganAt: Instant({ description: 'When it began.' }),
  endedAt: Instant({ description: 'When something was last done in it.' }),
  counts: Type.Object(readingCounts, { description: 'Of the whole visit.' }),
  languages: Type.Array(
    Type.Object({ locale: Locale('The language that was wanted, or searched in.'), ...readingCounts }),
    { maxItems: 100, description: 'The same by language; they add up to `counts`.' },
  ),
  attempts: Type.Array(
    Type.Object({
      attemptId: Uuid({ description: 'The ticket form that was begun.' }),
      locale: Locale('The language of the form.'),
      beganAt: Instant({ description: 'When it was begun.' }),
      settledAt: Instant({ description: 'When its outcome was known.' }),
      outcome: oneOf(attemptOutcomes, 'What became of it.'),
      ticketId: Type.Optional(Uuid({ description: 'Of the outcome `ticket`: which.' })),
      suggestionsShown: Count('Different articles that were suggested.'),
      suggestionsOpened: Count('Different suggestions that were opened.'),
    }),
    { maxItems: 100 },
  ),
  at: At(),
});

export const knowledgeEvents = {
  ArticleDrafted,
  ArticleArchived,
  ArticleReinstated,
  ArticleMerged,
  ArticleMoved,
  ArticleAudienceChanged,
  ArticleOwnerSet,
  ArticleVerified,
  TranslationPublished,
  TranslationWithdrawn,
  TranslationReleased,
  TranslationConfirmed,
  TranslationOutdated,
  RevisionRestored,
  CategoryCreated,
  CategoryNamed,
  CategoryPlaced,
  CategoryAudienceChanged,
  CategoryArchived,
  FileAdded,
  FileRemoved,
  LanguagesSet,
  ReviewRuleSet,
  SynonymsSet,
  AnswerPinned,
  ArticleRated,
  RatingWithdrawn,
  CorrectionReported,
  CorrectionClosed,
  ArticleUsedInReply,
  TicketDeflected,
  SessionSettled,
} as const;

export type KnowledgeEventData = { [T in keyof typeof knowledgeEvents]: Static<(typeof knowledgeEvents)[T]> };
