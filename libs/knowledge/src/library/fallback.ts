/** In which language a text is shown that there is none of in the language asked for. Pure. */
import type { Languages } from './library.js';

/**
 * The languages to look in, best first: the one asked for, those that stand in for it, its parents (fr-CA → fr), the
 * language the article is written in, then every other. So there is always an answer where there is any text.
 */
export function chainOf(asked: string, { fallbacks, locales }: Languages, sourceLocale: string): readonly string[] {
  const after = (locale: string) => fallbacks.find((fallback) => fallback.locale === locale)?.then ?? [];
  const family = parentsOf(asked).flatMap((locale) => [locale, ...after(locale)]);
  return [...new Set([asked, ...after(asked), ...family, sourceLocale, ...locales])];
}

/** `zh-Hant-TW` → `zh-Hant`, `zh`. */
function parentsOf(locale: string): readonly string[] {
  const parts = locale.split('-');
  return parts.slice(1).map((_, i) => parts.slice(0, parts.length - 1 - i).join('-'));
}
