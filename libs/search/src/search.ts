import { gramQuery, gramsOf, likeness } from './analysis/grams.js';
import { replaceWords } from './analysis/replace-words.js';
import { stemmerFor } from './analysis/stemmer.js';
import { tokens } from './analysis/tokens.js';
import { mustBeKeys } from './document.js';
import type { IndexReader, Scope } from './index-store.js';
import { Marker } from './ranking/marks.js';
import { byFrequency, type QueryWord, readQuery } from './ranking/query-words.js';
import { score } from './ranking/score.js';
import { weights as chosen, type Weights } from './ranking/weights.js';
import type { CompletionRequest, Hit, SearchAnswer, SearchRequest } from './search-request.js';

/** Documents of each language that are compared letter by letter; those after them stay in the order of their words. */
const reranked = 100;
const maxLimit = 100;
const defaultLimit = 10;
/** UTF-16 units of a query. */
export const maxQueryLength = 10_000;
const completionForms = 300;
const maxCompletions = 20;
const defaultCompletions = 5;

/** A document among those of all languages that were searched. */
interface Candidate {
  readonly number: number;
  readonly locale: string;
  readonly isPinned: boolean;
  readonly score: number;
  readonly match: number;
}

/** What one language has to say to a query. */
interface Searched {
  readonly scope: Scope;
  readonly words: readonly QueryWord[];
  readonly rarity: ReadonlyMap<string, number>;
  readonly candidates: readonly Candidate[];
  readonly total: number;
}

/**
 * Searches one language after the other and puts the hits into one order: a text that was found in several languages is
 * answered in that where it scores best. Throws a RangeError for what is out of bounds.
 */
export async function search(
  request: SearchRequest,
  reader: IndexReader,
  weights: Weights = chosen,
): Promise<SearchAnswer> {
  const { offset = 0, limit = defaultLimit } = request;
  mustBeWithin('offset', offset, 0, 10_000);
  mustBeWithin('limit', limit, 1, maxLimit);
  mustBeWithin('length of the text', request.text.length, 0, maxQueryLength);
  mustBeKeys('language', request.locales);
  mustBeKeys('audience', request.audiences);
  mustBeKeys('facet', request.facets ?? []);
  const searched: Searched[] = [];
  for (const locale of new Set(request.locales)) {
    searched.push(await searchOne(request, { locale, audiences: request.audiences }, reader, weights, offset + limit));
  }
  const merged = ranked(searched.flatMap(({ candidates }) => candidates));
  const page = merged.slice(offset, offset + limit);
  const hits: Hit[] = [];
  for (const part of searched) hits.push(...(await hitsOf(page, part, request, reader)));
  const place = new Map(page.map(({ number }, i) => [number, i]));
  hits.sort((a, b) => (place.get(a.number) ?? 0) - (place.get(b.number) ?? 0));
  const corrected = correctedText(request.text, searched[0]?.words ?? []);
  const total = Math.max(merged.length, ...searched.map((each) => each.total));
  return { hits, total, ...(corrected !== undefined && { corrected }) };
}

async function searchOne(
  request: SearchRequest,
  scope: Scope,
  reader: IndexReader,
  weights: Weights,
  count: number,
): Promise<Searched> {
  const settings = request.settings?.[scope.locale] ?? {};
  const read = await readQuery(request.text, scope, reader, weights, {
    asYouType: request.asYouType ?? false,
    settings,
  });
  const wanted = Math.max(reranked, count);
  const { best, total, most, rarity } = await score(read, scope, request.facets ?? [], wanted, reader, weights);
  const top = best.slice(0, reranked);
  const pins = pinnedFor(request.text, scope.locale, settings.pins ?? []);
  const numbers = [...new Set([...top.map(({ number }) => number), ...pins])];
  const parts = new Map((await reader.rankedParts(scope, numbers)).map((part) => [part.number, part]));
  const text = correctedText(request.text, read.words) ?? request.text;
  const query = gramQuery(gramsOf([{ words: tokens(text).map(({ folded }) => folded), times: 1 }]));
  const alike = top.map(({ number }) => likeness(query, parts.get(number)?.vector ?? new Uint8Array()));
  const [mostWords, mostAlike] = [best[0]?.score ?? 0, Math.max(0, ...alike)];
  const answered = most === 0 ? 0 : mostWords / most;
  const isFallback = scope.locale !== request.locales[0];
  const candidates = best.map(({ number, score: byWords }, i): Candidate => {
    const byLetters = mostAlike === 0 ? 0 : (alike[i] ?? 0) / mostAlike;
    const signal = Math.max(-1, (parts.get(number)?.signal ?? 0) - (isFallback ? 1 : 0));
    // Relative to the best of its language, then to what that language can answer at all: languages are comparable.
    const relative = byWords / mostWords + weights.grams.weight * byLetters;
    const total = relative * answered * (1 + weights.signal * signal);
    return { number, locale: scope.locale, isPinned: false, score: total, match: byWords / most };
  });
  const pinned = pins
    .filter((number) => parts.has(number))
    .map((number): Candidate => {
      const found = candidates.find((candidate) => candidate.number === number);
      return { ...(found ?? { number, locale: scope.locale, score: 0, match: 0 }), isPinned: true };
    });
  return { scope, words: read.words, rarity, candidates: [...pinned, ...candidates], total };
}

/** Pinned ones first, as they were pinned; then by score. Each number once, in the language where it came first. */
function ranked(candidates: readonly Candidate[]): readonly Candidate[] {
  const others = candidates
    .filter(({ isPinned }) => !isPinned)
    .sort((a, b) => b.score - a.score || a.number - b.number);
  const byNumber = new Map<number, Candidate>();
  for (const candidate of [...candidates.filter(({ isPinned }) => isPinned), ...others]) {
    if (!byNumber.has(candidate.number)) byNumber.set(candidate.number, candidate);
  }
  return [...byNumber.values()];
}

/** The numbers pinned to the query: the same stems, in any order. */
function pinnedFor(
  text: string,
  locale: string,
  pins: readonly { readonly query: string; readonly numbers: readonly number[] }[],
): readonly number[] {
  const stemmer = stemmerFor(locale);
  const stemsOf = (query: string) => [...new Set(tokens(query).map(({ form }) => stemmer.stem(form)))].sort().join(' ');
  const asked = stemsOf(text);
  return asked === '' ? [] : pins.filter(({ query }) => stemsOf(query) === asked).flatMap(({ numbers }) => numbers);
}

async function hitsOf(
  page: readonly Candidate[],
  { scope, words, rarity }: Searched,
  { locales }: SearchRequest,
  reader: IndexReader,
): Promise<Hit[]> {
  const wanted = new Map(page.filter(({ locale }) => locale === scope.locale).map((each) => [each.number, each]));
  if (wanted.size === 0) return [];
  const marker = new Marker(words, stemmerFor(scope.locale), rarity);
  const isFallback = scope.locale !== locales[0];
  return (await reader.documents(scope, [...wanted.keys()])).flatMap(({ number, title, blocks }) => {
    const candidate = wanted.get(number);
    if (!candidate) return [];
    const snippet = marker.snippet(blocks);
    return [{ ...candidate, isFallback, title: marker.mark(title), ...(snippet && { snippet }) }];
  });
}

function correctedText(text: string, words: readonly QueryWord[]): string | undefined {
  const corrected = new Map(
    words.flatMap(({ token, corrected: form }) => (form ? [[token.folded, form] as const] : [])),
  );
  return corrected.size === 0 ? undefined : replaceWords(text, corrected);
}

/** The text with its last word completed, by words that texts have, the most frequent first. */
export async function complete(
  { text, locale, audiences, limit = defaultCompletions }: CompletionRequest,
  reader: IndexReader,
): Promise<readonly string[]> {
  mustBeWithin('limit', limit, 1, maxCompletions);
  mustBeWithin('length of the text', text.length, 0, maxQueryLength);
  mustBeKeys('language', [locale]);
  mustBeKeys('audience', audiences);
  const last = tokens(text).at(-1);
  if (!last || last.end !== text.length) return [];
  const scope = { locale, audiences };
  const forms = await reader.formsFrom(scope, last.folded, completionForms);
  return byFrequency(forms)
    .slice(0, limit)
    .map(({ form }) => text.slice(0, last.start) + form);
}

function mustBeWithin(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`The ${name} is ${value}: give a whole number from ${least} to ${most}.`);
}
