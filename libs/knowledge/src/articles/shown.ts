/** Which of the languages that are published is shown. Pure. */
import { chainOf } from '../library/fallback.js';
import type { Languages } from '../library/library.js';

export interface Shown<Publication> {
  readonly requestedLocale: string;
  readonly shown: Publication;
  /** True where another language than the one asked for is shown. */
  readonly isFallback: boolean;
  /** Every language that is published, in alphabetical order. */
  readonly alternates: readonly Publication[];
}

/**
 * @param asked undefined, or `und`, for who says no language: they get the one that the article is written in
 * @param publications one a language
 * @returns undefined where nothing is published
 */
export function shownOf<Publication extends { readonly locale: string }>(
  asked: string | undefined,
  languages: Languages,
  sourceLocale: string,
  publications: readonly Publication[],
): Shown<Publication> | undefined {
  const requestedLocale = asked === undefined || asked === 'und' ? sourceLocale : asked;
  const byLocale = new Map(publications.map((publication) => [publication.locale, publication]));
  const alternates = publications.toSorted((a, b) => (a.locale < b.locale ? -1 : 1));
  const chain = chainOf(requestedLocale, languages, sourceLocale);
  const locale = chain.find((one) => byLocale.has(one)) ?? alternates[0]?.locale ?? '';
  const shown = byLocale.get(locale);
  return shown && { requestedLocale, shown, isFallback: locale !== requestedLocale, alternates };
}
