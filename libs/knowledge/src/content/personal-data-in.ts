/** Personal data that a text is not to be saved with unless whoever saves it says so. Pure. */
import { DomainError } from '@guichet/event-sourcing';
import { findPersonalData, type FoundPersonalData } from '@guichet/search/personal-data';

export interface PersonalDatum extends FoundPersonalData {
  /** The field of the text that it is in: `body`, `keywords[2]`. */
  readonly path: string;
  /** As it stands there. */
  readonly text: string;
}

interface Fields {
  readonly title: string;
  readonly summary: string;
  readonly keywords: readonly string[];
  readonly body: string;
}

/** @param inBody what was found in the body, which may be long and is read elsewhere */
export function personalDataIn(
  { title, summary, keywords, body }: Fields,
  inBody: readonly FoundPersonalData[],
): readonly PersonalDatum[] {
  const at = (path: string, text: string, found: readonly FoundPersonalData[]) =>
    found.map((one): PersonalDatum => ({ ...one, path, text: text.slice(one.from, one.to) }));
  return [
    ...at('title', title, findPersonalData(title)),
    ...at('summary', summary, findPersonalData(summary)),
    ...keywords.flatMap((keyword, i) => at(`keywords[${i}]`, keyword, findPersonalData(keyword))),
    ...at('body', body, inBody),
  ];
}

/** Places that a refusal names at most. */
const maxNamed = 100;

/**
 * @param acknowledged what may stand there, exactly as it stands there
 * @throws DomainError `personal-data-found` (422), with what else was found and where
 */
export function mustBeAcknowledged(found: readonly PersonalDatum[], acknowledged: readonly string[]): void {
  const known = new Set(acknowledged);
  const unknown = found.filter(({ text }) => !known.has(text));
  if (unknown.length === 0) return;
  const words =
    'The text holds what looks like data of people. Take it out, or name in `acknowledged` what is to stay.';
  const details = { found: unknown.slice(0, maxNamed), total: unknown.length };
  throw new DomainError('personal-data-found', words, details, 'invalid');
}
