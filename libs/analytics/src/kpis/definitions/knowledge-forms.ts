/** What figures of the knowledge base are made of. How each measure is counted is said in SQL, in kpis/sql. */

/** What lasts: asked at an instant, or at the ends of buckets. Each item is a published text. */
export const lastingMeasures = [
  'articles',
  'languages',
  'texts',
  'translations',
  'outdatedTexts',
  'outdatedWords',
  'sourceWords',
] as const;

export type Measure = (typeof lastingMeasures)[number];

/** The value: a measure, or its share of another one. */
export interface KnowledgeForm {
  readonly kind: 'knowledge';
  readonly of: 'texts';
  readonly value: Measure;
  readonly over?: Measure;
  /** Shown beside the value. */
  readonly parts?: readonly Measure[];
}

/** What a figure of the knowledge base can be filtered and grouped by. */
export const knowledgeDimensions = ['language', 'category'] as const;
export type KnowledgeDimension = (typeof knowledgeDimensions)[number];
