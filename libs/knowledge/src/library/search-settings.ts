/** What editors have set for searches in a language: words that mean the same, and articles that come first. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { tokens } from '@guichet/search';

/** Groups of words and phrases that mean the same. */
export type SynonymGroups = readonly (readonly string[])[];

export interface Synonyms {
  readonly locale: string;
  /** None: nothing is a synonym any more. */
  readonly groups: SynonymGroups;
}

export interface Pin {
  readonly locale: string;
  readonly query: string;
  /** In this order; none: nothing comes first any more. */
  readonly articleIds: readonly string[];
}

export interface SearchSettings {
  /** By language. */
  readonly synonyms: ReadonlyMap<string, SynonymGroups>;
  /** By `pinKey`. */
  readonly pins: ReadonlyMap<string, Pin>;
}

/** Every search reads those of its languages: the limits keep that quick. */
export const settingLimits = { groups: 200, phrases: 20, phraseLength: 100, pins: 200, articles: 10 } as const;

const wordsOf = (text: string): string =>
  tokens(text)
    .map(({ folded }) => folded)
    .join(' ');

/** Queries that differ in capitals, accents and signs only are one. */
export const pinKey = ({ locale, query }: Pick<Pin, 'locale' | 'query'>): string => `${locale} ${wordsOf(query)}`;

export function withSynonyms(settings: SearchSettings, { locale, groups }: Synonyms): SearchSettings {
  const synonyms = new Map(settings.synonyms);
  if (groups.length === 0) synonyms.delete(locale);
  else synonyms.set(locale, groups);
  return { ...settings, synonyms };
}

export function withPin(settings: SearchSettings, { locale, query, articleIds }: Pin): SearchSettings {
  const pins = new Map(settings.pins);
  const key = pinKey({ locale, query });
  if (articleIds.length === 0) pins.delete(key);
  else pins.set(key, { locale, query, articleIds });
  return { ...settings, pins };
}

/** @throws DomainError `no-words` (422): a search for it finds nothing */
export function mustHaveWords(...texts: readonly string[]): void {
  const text = texts.find((one) => wordsOf(one) === '');
  if (text === undefined) return;
  throw new DomainError('no-words', 'It has no letters or digits to search for.', { text }, 'invalid');
}

/** @throws DomainError `too-many-pins` */
export function mustTakePin({ pins }: SearchSettings, pin: Pin): void {
  const ofLocale = [...pins.values()].filter(({ locale }) => locale === pin.locale).length;
  if (pins.has(pinKey(pin)) || ofLocale < settingLimits.pins) return;
  const words = `${settingLimits.pins} queries have pinned answers in this language, which is the most: free one first.`;
  throw new DomainError('too-many-pins', words, { locale: pin.locale, max: settingLimits.pins });
}
