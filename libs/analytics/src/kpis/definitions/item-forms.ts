/**
 * What figures of the knowledge base and of the community are made of: items of their own, where those of tickets are
 * made of metrics. How each measure is counted is said in kpis/sql/items-sql.ts.
 */

/**
 * By what is counted: published texts, at an instant; ratings, reading by visit and language, and ticket forms, in a
 * period; questions of the community, by the period in which they were asked.
 */
export const measures = {
  texts: ['articles', 'languages', 'texts', 'translations', 'outdatedTexts', 'outdatedWords', 'sourceWords'],
  ratings: ['ratings', 'helpful', 'unhelpful'],
  reading: ['visits', 'views', 'otherLanguageViews', 'searches', 'zeroResultSearches', 'openedSearches'],
  forms: ['forms', 'deflected', 'confirmed', 'read', 'tickets', 'abandoned', 'suggestionsShown', 'suggestionsOpened'],
  questions: [
    ...(['questions', 'answered', 'unanswered', 'solved', 'answers', 'votes', 'firstAnswerSeconds'] as const),
    ...(['old', 'young', 'unansweredInTime', 'neverAnswered'] as const),
  ],
} as const;

export type Counted = keyof typeof measures;
export type MeasureOf<Of extends Counted> = (typeof measures)[Of][number];
export type Measure = MeasureOf<Counted>;

/** The value: a measure, or its share of another one. */
interface FormOf<Of extends Counted> {
  readonly kind: 'items';
  readonly of: Of;
  readonly value: MeasureOf<Of>;
  readonly over?: MeasureOf<Of>;
  /** Shown beside the value. */
  readonly parts?: readonly MeasureOf<Of>[];
}
/** The value: the median of what is measured of an item, in seconds. Beside it the other statistics, and bands. */
interface DurationFormOf<Of extends Counted> {
  readonly kind: 'item-durations';
  readonly of: Of;
  readonly seconds: MeasureOf<Of>;
  /** Items that have it, those that may still come to it, and all of them. */
  readonly measured: MeasureOf<Of>;
  readonly open: MeasureOf<Of>;
  readonly all: MeasureOf<Of>;
}
export type CountForm = { readonly [Of in Counted]: FormOf<Of> }[Counted];
export type DurationForm = { readonly [Of in Counted]: DurationFormOf<Of> }[Counted];
export type ItemForm = CountForm | DurationForm;

/** Whether it is asked at an instant, or at the ends of buckets: what is counted lasts. Else in a period. */
export const lasts = ({ of }: ItemForm): boolean => of === 'texts';

/** Every measure that an answer needs. */
export function measuresOf(form: ItemForm): readonly Measure[] {
  if (form.kind === 'item-durations') return [form.seconds, form.measured, form.open, form.all];
  const { value, over, parts = [] } = form;
  return [...new Set<Measure>([value, ...(over ? [over] : []), ...parts])];
}

/** The projection that writes what is counted. */
export const figuresOf = {
  texts: 'knowledge-facts',
  ratings: 'knowledge-facts',
  reading: 'knowledge-facts',
  forms: 'knowledge-facts',
  questions: 'community-facts',
} as const satisfies Readonly<Record<Counted, string>>;

/** What they can be filtered and grouped by. */
export const itemDimensions = {
  texts: ['language', 'category'],
  ratings: ['language', 'category'],
  reading: ['language', 'device'],
  forms: ['language', 'device'],
  questions: ['language', 'category'],
} as const;
export type ItemDimension = (typeof itemDimensions)[Counted][number];
