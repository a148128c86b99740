/** Which language a requester writes in, as a BCP 47 tag. */

import { localeForm } from '../http/text-rules.js';

/** What a ticket's locale is when nobody told. */
const unknownLocale = 'und';

/** The language an Accept-Language header likes best, `und` when it names none. */
export function preferredLocale(acceptLanguage: string | undefined): string {
  let best: { locale: string; quality: number } | undefined;
  for (const range of (acceptLanguage ?? '').split(',').slice(0, 20)) {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const quality = qualityOf(parameters);
    // Most programs send no such header: a tag that is none costs an exception.
    const locale = tag === '*' || tag === '' ? undefined : localeForm(tag);
    if (locale !== undefined && quality > (best?.quality ?? 0)) best = { locale, quality };
  }
  return best?.locale ?? unknownLocale;
}

function qualityOf(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => /^q=/i.test(parameter));
  const quality = given === undefined ? 1 : Number(given.slice(2));
  return quality >= 0 && quality <= 1 ? quality : 0;
}
