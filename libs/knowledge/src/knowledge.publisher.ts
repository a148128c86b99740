import type { KnowledgeEventData } from '@guichet/contracts';
import { asItIs, publisherOf } from '@guichet/messaging';
import type { KnowledgeEvent } from './articles/rows.js';
import type { GapEvent } from './gap/gap.js';
import type { SessionEvent } from './session/session.js';

/** What the knowledge base tells of its events. */
export const toPublicEvent = publisherOf<KnowledgeEvent | SessionEvent | GapEvent, KnowledgeEventData>('knowledge', {
  ArticleDrafted: asItIs,
  ArticleArchived: asItIs,
  ArticleReinstated: asItIs,
  ArticleMerged: asItIs,
  ArticleMoved: asItIs,
  ArticleAudienceChanged: asItIs,
  ArticleOwnerSet: asItIs,
  ArticleVerified: asItIs,
  TranslationPublished: asItIs,
  TranslationWithdrawn: asItIs,
  TranslationReleased: asItIs,
  TranslationConfirmed: asItIs,
  TranslationOutdated: asItIs,
  RevisionRestored: asItIs,
  CategoryCreated: asItIs,
  CategoryNamed: asItIs,
  CategoryPlaced: asItIs,
  CategoryAudienceChanged: asItIs,
  CategoryArchived: asItIs,
  LanguagesSet: ({ source, locales, fallbacks, at }) => ({
    ...{ source, locales: [...locales], at },
    fallbacks: fallbacks.map(({ locale, then }) => ({ locale, then: [...then] })),
  }),
  ReviewRuleSet: asItIs,
  SynonymsSet: ({ locale, groups, at }) => ({ locale, groups: groups.map((group) => [...group]), at }),
  AnswerPinned: ({ locale, query, articleIds, at }) => ({ locale, query, articleIds: [...articleIds], at }),
  FileAdded: ({ fileId, type, bytes, at }) => ({ fileId, type, bytes, at }),
  FileRemoved: asItIs,
  ArticleRated: ({ articleId, locale, voterId, revision, helpful, reason, at }) => ({
    ...{ articleId, locale, voterId, revision, helpful, at }, // the comment stays in the house
    ...(reason !== undefined && { reason }),
  }),
  RatingWithdrawn: asItIs,
  CorrectionReported: ({ articleId, reportId, locale, revision, ticketId, at }) => ({
    ...{ articleId, reportId, locale, revision, at }, // the note stays in the house
    ...(ticketId !== undefined && { ticketId }),
  }),
  CorrectionClosed: asItIs,
  ArticleUsedInReply: asItIs,
  TranslationDrafted: null, // what is not published stays in the house
  TranslationSubmitted: null,
  TranslationReturned: null,
  RecallOrdered: null, // names people
  OldAddressKept: null, // leads here, and nowhere else
  TranslatorLanguagesSet: null, // names a person
  TicketDeflected: asItIs,
  SessionSettled: asItIs,
  // What one reader did, step by step, is nobody's business; SessionSettled counts it.
  SessionBegun: null,
  ArticleViewed: null,
  SearchPerformed: null,
  ResultOpened: null,
  SuggestionShown: null,
  SuggestionOpened: null,
  AnswerConfirmed: null,
  AttemptBecameTicket: null,
  AttemptAbandoned: null,
  SubjectUnanswered: null, // stems of what a requester wrote
});
