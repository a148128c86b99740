import { LRUCache } from 'lru-cache';
import { createStemmer, type IsoCode } from 'multilingual-stemmer';
import { fold } from './tokens.js';

/** Brings the forms of a word together. Deterministic: documents and queries go through the same stemmer. */
export interface Stemmer {
  /**
   * The stem, without accents: a text that was typed without them then meets those that were not.
   * @param form in lower case, NFC, with its accents: the algorithms need them
   */
  stem(form: string): string;
}

/** Languages with a Snowball algorithm, by ISO 639-1; the compiler sees to it that none is left out. */
const algorithms: Readonly<Record<IsoCode, true>> = {
  ...{ ar: true, hy: true, eu: true, ca: true, cs: true, da: true, nl: true, en: true, eo: true, et: true, fi: true },
  ...{ fr: true, de: true, el: true, hi: true, hu: true, id: true, ga: true, it: true, lt: true, ne: true, no: true },
  ...{ fa: true, pl: true, pt: true, ro: true, ru: true, sr: true, st: true, es: true, sv: true, ta: true, tr: true },
  yi: true,
};
const isKnown = (language: string): language is IsoCode => Object.hasOwn(algorithms, language);
/** The two written forms of Norwegian share an algorithm. */
const written: Readonly<Record<string, string>> = { nb: 'no', nn: 'no' };

/** Stems kept per language: looking one up is ten times faster than finding it. */
const kept = 20_000;
const stemmers = new Map<IsoCode, Stemmer>();
const folding: Stemmer = { stem: fold };

/**
 * The stemmer of a language; a language without an algorithm has one that only takes the accents away.
 * @param locale a BCP 47 tag, of which the language counts: `fr-CA` is French
 */
export function stemmerFor(locale: string): Stemmer {
  const language = locale.toLowerCase().split(/[-_]/)[0] ?? '';
  const code = written[language] ?? language;
  if (!isKnown(code)) return folding;
  const stemmer = stemmers.get(code) ?? snowball(code);
  stemmers.set(code, stemmer);
  return stemmer;
}

function snowball(code: IsoCode): Stemmer {
  const stem = createStemmer(code);
  const stems = new LRUCache<string, string>({ max: kept });
  return {
    stem: (form) => {
      const known = stems.get(form);
      if (known !== undefined) return known;
      const found = fold(stem(form)) || fold(form);
      stems.set(form, found);
      return found;
    },
  };
}
