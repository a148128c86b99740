/** What is kept of a text that a reader typed. Pure. */
import { stemmerFor, tokens } from '@guichet/search';
import { findPersonalData } from '@guichet/search/personal-data';

/** Characters of what is kept of a query. */
const maxTerms = 300;
/** Different stems of a subject. */
const maxStems = 20;
const minStem = 3;

/** A query as it was looked for: its words without accents, in their order, without what looks like personal data. */
export const termsOf = (query: string): string =>
  tokens(withoutPersonalData(query))
    .map(({ folded }) => folded)
    .join(' ')
    .slice(0, maxTerms)
    .trim();

/**
 * The stems of a subject, in alphabetical order: what tickets about one thing share. Short words and those with digits
 * (order numbers, telephone numbers) are left out.
 */
export function stemsOf(subject: string, locale: string): readonly string[] {
  const stemmer = stemmerFor(locale);
  const stems = tokens(withoutPersonalData(subject))
    .filter(({ form }) => form.length >= minStem && !/\p{N}/u.test(form))
    .map(({ form }) => stemmer.stem(form));
  return [...new Set(stems)].slice(0, maxStems).sort();
}

/** Blanks stand in for what was found, so that the words around it stay apart. */
function withoutPersonalData(text: string): string {
  let rest = text;
  for (const { from, to } of findPersonalData(text))
    rest = rest.slice(0, from) + ' '.repeat(to - from) + rest.slice(to);
  return rest;
}
