/** What figures of the knowledge base are made of. How each measure is counted is said in kpis/sql/knowledge-sql.ts. */

/** By what is counted: published texts, at an instant; ratings, reading by visit and language, and ticket forms, in a period. */
export const measures = {
  texts: ['articles', 'languages', 'texts', 'translations', 'outdatedTexts', 'outdatedWords', 'sourceWords'],
  ratings: ['ratings', 'helpful', 'unhelpful'],
  reading: ['visits', 'views', 'otherLanguageViews', 'searches', 'zeroResultSearches', 'openedSearches'],
  forms: ['forms', 'deflected', 'confirmed', 'read', 'tickets', 'abandoned', 'suggestionsShown', 'suggestionsOpened'],
} as const;

export type Counted = keyof typeof measures;
export type MeasureOf<Of extends Counted> = (typeof measures)[Of][number];
export type Measure = MeasureOf<Counted>;

/** The value: a measure, or its share of another one. */
interface FormOf<Of extends Counted> {
  readonly kind: 'knowledge';
  readonly of: Of;
  readonly value: MeasureOf<Of>;
  readonly over?: MeasureOf<Of>;
  /** Shown beside the value. */
  readonly parts?: readonly MeasureOf<Of>[];
}
export type KnowledgeForm = { readonly [Of in Counted]: FormOf<Of> }[Counted];

/** Whether it is asked at an instant, or at the ends of buckets: what is counted lasts. Else in a period. */
export const lasts = ({ of }: KnowledgeForm): boolean => of === 'texts';

/** What figures of the knowledge base can be filtered and grouped by. */
export const knowledgeDimensions = {
  texts: ['language', 'category'],
  ratings: ['language', 'category'],
  reading: ['language', 'device'],
  forms: ['language', 'device'],
} as const;
export type KnowledgeDimension = (typeof knowledgeDimensions)[Counted][number];
