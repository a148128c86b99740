/** The public events that tell of the knowledge base, as they stand in the received log (upcast to their newest version). */
import type { KnowledgeEventData } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';

type Told<Type extends keyof KnowledgeEventData> = {
  [Each in Type]: { readonly type: Each; readonly data: KnowledgeEventData[Each]; readonly tenantId: string };
}[Type];

/** Of the streams `article-<id>` and `text-<id>.<locale>`: where an article stands, and what is published of it. */
export type ArticleEvent = Told<
  | 'ArticleDrafted'
  | 'ArticleMoved'
  | 'ArticleArchived'
  | 'ArticleReinstated'
  | 'ArticleMerged'
  | 'TranslationPublished'
  | 'TranslationWithdrawn'
  | 'TranslationConfirmed'
  | 'TranslationOutdated'
>;
/** Of the streams `categories-<tenant>` and `library-<tenant>`: what categories are called. */
export type NamingEvent = Told<'CategoryNamed' | 'LanguagesSet'>;
/** Of the streams `rating-<article>.<language>.<voter>`. */
export type RatingEvent = Told<'ArticleRated' | 'RatingWithdrawn'>;
/** Of the streams `session-<id>`. */
export type VisitEvent = Told<'SessionSettled'>;

const setOf = <Event extends { readonly type: string }>(types: Record<Event['type'], true>): ReadonlySet<string> =>
  new Set(Object.keys(types));

const articleTypes = setOf<ArticleEvent>({
  ArticleDrafted: true,
  ArticleMoved: true,
  ArticleArchived: true,
  ArticleReinstated: true,
  ArticleMerged: true,
  TranslationPublished: true,
  TranslationWithdrawn: true,
  TranslationConfirmed: true,
  TranslationOutdated: true,
});
const namingTypes = setOf<NamingEvent>({ CategoryNamed: true, LanguagesSet: true });
const ratingTypes = setOf<RatingEvent>({ ArticleRated: true, RatingWithdrawn: true });
const visitTypes = setOf<VisitEvent>({ SessionSettled: true });

/** The contracts have checked the data of these types when the event was received; others are of no concern here. */
export const isArticleEvent = (event: RecordedEvent): event is RecordedEvent & ArticleEvent =>
  articleTypes.has(event.type);
export const isNamingEvent = (event: RecordedEvent): event is RecordedEvent & NamingEvent =>
  namingTypes.has(event.type);
export const isRatingEvent = (event: RecordedEvent): event is RecordedEvent & RatingEvent =>
  ratingTypes.has(event.type);
export const isVisitEvent = (event: RecordedEvent): event is RecordedEvent & VisitEvent => visitTypes.has(event.type);
