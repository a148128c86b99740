/** Test support: lives of articles, as events and as what they are at any minute. */
import type { RecordedEvent } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { articleIdOf, categoryIdOf, knowledgeEvent } from './knowledge-story.js';

export const locales = ['en', 'fr', 'pl'];
export const categories = [null, categoryIdOf(1), categoryIdOf(2)];
/** The lives end before this minute. */
export const lastMinute = 600;

type Step =
  | { readonly do: 'move'; readonly category: string | null }
  | { readonly do: 'archive' }
  | { readonly do: 'merge' }
  | { readonly do: 'reinstate' }
  | { readonly do: 'publish'; readonly locale: string; readonly words: number }
  | { readonly do: 'withdraw' | 'confirm'; readonly locale: string }
  | { readonly do: 'outdate'; readonly locale: string; readonly blocks: number; readonly words: number };
type Timed = Step & { readonly minute: number };

export interface Life {
  readonly number: number;
  readonly sourceLocale: string;
  readonly drafted: number;
  readonly category: string | null;
  /** In the order in which they happen. */
  readonly steps: readonly Timed[];
}

const locale = fc.constantFrom(...locales);
const minute = fc.integer({ min: 0, max: lastMinute - 1 });
const words = fc.integer({ min: 0, max: 50 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 1, arbitrary: fc.record({ do: fc.constant('move' as const), category: fc.constantFrom(...categories) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('archive' as const, 'merge' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reinstate' as const) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('publish' as const), locale, words }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('withdraw' as const, 'confirm' as const), locale }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('outdate' as const),
      locale,
      blocks: fc.integer({ min: 0, max: 3 }),
      words,
    }),
  },
);

export const someLives: fc.Arbitrary<Life[]> = fc
  .array(
    fc.record({
      ...{ sourceLocale: locale, drafted: minute, category: fc.constantFrom(...categories) },
      steps: fc.array(fc.tuple(minute, step), { maxLength: 14 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((lives) =>
    lives.map(({ steps, drafted, ...life }, i) => ({
      ...{ ...life, number: i + 1, drafted },
      steps: steps
        .map(([at, each]): Timed => ({ ...each, minute: Math.max(at, drafted) }))
        .sort((a, b) => a.minute - b.minute),
    })),
  );

/** Its events, in order within each stream. */
export function eventsOf({ number, sourceLocale, drafted, category, steps }: Life): RecordedEvent[] {
  const articleId = articleIdOf(number);
  const drafting = { articleId, number, sourceLocale, categoryId: category } as const;
  const begin = knowledgeEvent('ArticleDrafted', drafted, { ...drafting, audience: 'public', origin: 'person' });
  return [begin, ...steps.map((each) => eventOf(articleId, each))];
}

function eventOf(articleId: string, each: Timed): RecordedEvent {
  const { minute: at } = each;
  switch (each.do) {
    case 'move':
      return knowledgeEvent('ArticleMoved', at, { articleId, categoryId: each.category });
    case 'archive':
      return knowledgeEvent('ArticleArchived', at, { articleId });
    case 'merge':
      return knowledgeEvent('ArticleMerged', at, { articleId, intoArticleId: articleIdOf(900) });
    case 'reinstate':
      return knowledgeEvent('ArticleReinstated', at, { articleId });
    case 'publish': {
      const published = { revision: 1, title: 'T', slug: 't', words: each.words };
      return knowledgeEvent('TranslationPublished', at, { articleId, locale: each.locale, ...published });
    }
    case 'withdraw':
      return knowledgeEvent('TranslationWithdrawn', at, { articleId, locale: each.locale });
    case 'confirm':
      return knowledgeEvent('TranslationConfirmed', at, { articleId, locale: each.locale, sourceRevision: 1 });
    case 'outdate': {
      const lack = { changedBlocks: each.blocks, changedWords: each.words, significance: 'update' as const };
      return knowledgeEvent('TranslationOutdated', at, { articleId, locale: each.locale, sourceRevision: 1, ...lack });
    }
  }
}

/** A text that is shown. */
export interface Shown {
  readonly number: number;
  readonly locale: string;
  readonly category: string;
  readonly isTranslation: boolean;
  readonly sourceWords: number;
  readonly outdatedBlocks: number;
  readonly outdatedWords: number;
}

/** What is shown of an article at a minute: its life is lived again up to then. */
export function shownAt(life: Life, at: number): Shown[] {
  if (at < life.drafted) return [];
  let category = life.category;
  let isArchived = false;
  const texts = new Map<string, { isPublished: boolean; words: number; blocks: number; outdated: number }>();
  for (const each of life.steps.filter((one) => one.minute <= at)) {
    if (each.do === 'move') category = each.category;
    else if (each.do === 'archive' || each.do === 'merge') isArchived = true;
    else if (each.do === 'reinstate') isArchived = false;
    else {
      const text = texts.get(each.locale) ?? { isPublished: false, words: 0, blocks: 0, outdated: 0 };
      texts.set(each.locale, text);
      if (each.do === 'publish') Object.assign(text, { isPublished: true, words: each.words });
      if (each.do === 'withdraw') text.isPublished = false;
      if (each.do === 'publish' || each.do === 'confirm') Object.assign(text, { blocks: 0, outdated: 0 });
      if (each.do === 'outdate') Object.assign(text, { blocks: each.blocks, outdated: each.words });
    }
  }
  if (isArchived) return [];
  return [...texts]
    .filter(([, { isPublished }]) => isPublished)
    .map(([locale, { blocks, outdated }]) => {
      const isTranslation = locale !== life.sourceLocale;
      const sourceWords = isTranslation ? (texts.get(life.sourceLocale)?.words ?? 0) : 0;
      const lack = { outdatedBlocks: blocks, outdatedWords: outdated };
      return { number: life.number, locale, category: category ?? '', isTranslation, sourceWords, ...lack };
    });
}
