/** The text of an article as a reader gets it: links lead to other articles in the reader's language. Pure. */
import { referencesIn, withLinks } from '../content/rendered-links.js';
import { targetOf } from '../content/targets.js';
import { addressOfFile } from '../file/file-address.js';
import type { Languages } from '../library/library.js';
import { shownOf } from './shown.js';

export interface Linked {
  readonly number: number;
  readonly source_locale: string;
  readonly publications: readonly { readonly locale: string; readonly slug: string; readonly title: string }[];
}

/** Where an article is read: the number decides, the rest is for people. */
export const addressOf = (locale: string, number: number, slug: string): string => `/${locale}/a/${number}-${slug}`;

/** Numbers of articles that rendered text may link to. */
export const numbersIn = (html: string): readonly number[] => [
  ...new Set([...html.matchAll(/article:([1-9]\d{0,8})/g)].map(([, number]) => Number(number))),
];

/** Ids of files that rendered text shows or links; each once. What is no UUID is no file's id. */
export function filesIn(html: string): readonly string[] {
  const ids = referencesIn(html).flatMap((reference) => {
    const target = targetOf(reference);
    return target.kind === 'file' ? [target.id.toLowerCase()] : [];
  });
  return [...new Set(ids)].filter((id) => uuid.test(id));
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/**
 * @param linked what the reader may read of the articles that are linked: a link to any other stays as its text, and a
 * picture as its alternative text.
 * @param files names by id, of those that the text shows and that are there
 */
export function pageOf(
  html: string,
  requestedLocale: string,
  languages: Languages,
  linked: readonly Linked[],
  files: ReadonlyMap<string, string>,
): string {
  const byNumber = new Map(linked.map((article) => [article.number, article]));
  return withLinks(html, (target) => {
    if (target.kind === 'file') {
      const name = files.get(target.id.toLowerCase());
      return name === undefined ? undefined : { href: addressOfFile(target.id.toLowerCase(), name), title: name };
    }
    const article = byNumber.get(target.number);
    const found = article && shownOf(requestedLocale, languages, article.source_locale, article.publications);
    if (article === undefined || found === undefined) return undefined;
    const { locale, slug, title } = found.shown;
    const href = addressOf(locale, article.number, slug);
    return { href, title, ...(found.isFallback && { language: locale }) };
  });
}
