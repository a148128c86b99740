/** From an article's history to the spans in which a published text stayed the same. Pure. */
import { type ArticleHistory, type Place, statesOf, type TextState } from './article-history.js';

/** A span, half-open, in which a text was shown and nothing changed that figures are made of. */
export interface TextSegment {
  readonly tenantId: string;
  readonly articleId: string;
  readonly locale: string;
  /** Milliseconds since 1970; `to` is null while it lasts. */
  readonly from: number;
  readonly to: number | null;
  /** '' for none. */
  readonly categoryId: string;
  readonly isTranslation: boolean;
  readonly words: number;
  /** Of a translation: words of the source as it was published last; 0 for the source. */
  readonly sourceWords: number;
  readonly outdatedBlocks: number;
  readonly outdatedWords: number;
}

type State = Omit<TextSegment, 'tenantId' | 'articleId' | 'locale' | 'from' | 'to'>;

/** In order of language and time; none while the article's own stream has not arrived. */
export function textSegmentsOf(history: ArticleHistory): TextSegment[] {
  const { tenantId, articleId, sourceLocale, places, texts } = history;
  if (sourceLocale === null) return [];
  return Object.keys(texts)
    .sort()
    .flatMap((locale) => {
      const states = statesOf(history, locale) ?? [];
      const source = locale === sourceLocale ? undefined : (statesOf(history, sourceLocale) ?? []);
      return segments({ places, states, source }).map((segment) => ({ tenantId, articleId, locale, ...segment }));
    });
}

interface Timelines {
  readonly places: readonly Place[];
  readonly states: readonly TextState[];
  /** Undefined: the text is the source. */
  readonly source: readonly TextState[] | undefined;
}

function segments({ places, states, source }: Timelines): Omit<TextSegment, 'tenantId' | 'articleId' | 'locale'>[] {
  const instants = new Set([...places, ...states, ...(source ?? [])].map(({ at }) => at));
  const [place, text, original] = [walk(places), walk(states), walk(source ?? [])];
  const found: (State & { readonly from: number; to: number | null })[] = [];
  for (const at of [...instants].sort((a, b) => a - b)) {
    const last = found.at(-1);
    const state = stateOf(place(at), text(at), original(at), source !== undefined);
    if (last?.to === null) {
      if (state !== undefined && isSame(last, state)) continue;
      last.to = at;
    }
    if (state !== undefined) found.push({ from: at, to: null, ...state });
  }
  return found;
}

/** Answers the newest state at an instant; asked for ascending instants. */
function walk<Each extends { readonly at: number }>(states: readonly Each[]): (at: number) => Each | undefined {
  let next = 0;
  return (at) => {
    while ((states[next]?.at ?? Infinity) <= at) next++;
    return states[next - 1];
  };
}

/** Undefined while nothing is shown. */
function stateOf(
  place: Place | undefined,
  text: TextState | undefined,
  original: TextState | undefined,
  isTranslation: boolean,
): State | undefined {
  if (place?.isShown !== true || text?.isPublished !== true) return undefined;
  const { words, outdatedBlocks, outdatedWords } = text;
  const sourceWords = original?.words ?? 0;
  return { categoryId: place.categoryId, isTranslation, words, sourceWords, outdatedBlocks, outdatedWords };
}

const isSame = (a: State, b: State): boolean =>
  a.categoryId === b.categoryId &&
  a.words === b.words &&
  a.sourceWords === b.sourceWords &&
  a.outdatedBlocks === b.outdatedBlocks &&
  a.outdatedWords === b.outdatedWords;
