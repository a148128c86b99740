import { replaceWords } from '../analysis/replace-words.js';
import { type Asked, type AskedWord, numbersIn, numberWord, readAsked } from './asked-words.js';
import { type Candidate, findCandidates, scoreOf, type TextSource } from './find-tickets.js';
import { anyField, fieldBits } from './ticket-text.js';

export interface TicketsAsked {
  /** Anywhere in a ticket, all of them; a piece of it may be the number of a ticket. */
  readonly words: string;
  /** Words of who asked. */
  readonly from?: readonly string[];
  /** Words of tags. */
  readonly tags?: readonly string[];
}

export interface TicketsFound<Key> {
  /** As they were read, for marking; none where nothing but operators was asked. */
  readonly words: readonly AskedWord[];
  /** The newest first; to be ranked by `scoreOf`. */
  readonly tickets: readonly Candidate<Key>[];
  /** False where there were more than are looked at. */
  readonly isComplete: boolean;
}

/** What a ticket is ranked by beside its words. */
export interface RankedBy {
  readonly locale: string;
  /** Milliseconds since 1970. */
  readonly movedAt: number;
}

export interface RankedTickets<Ticket> {
  /** The best first; of equal ones, the one that moved last. */
  readonly tickets: readonly Ticket[];
  /** The words as they were read, where every ticket has one of them only with a letter changed. */
  readonly corrected?: string;
}

/**
 * Finds the tickets that have all the words.
 * @param languages those that the tickets are in
 * @throws WrongQuery for too many words
 */
export async function searchTickets<Key>(
  { words, from = [], tags = [] }: TicketsAsked,
  languages: readonly string[],
  source: TextSource<Key>,
): Promise<TicketsFound<Key>> {
  const { numbers, rest } = await withoutNumbers(words, source);
  const asked: Asked[] = [
    { text: rest, fields: anyField },
    ...from.map((text) => ({ text, fields: fieldBits.people })),
    ...tags.map((text) => ({ text, fields: fieldBits.tags })),
  ];
  const read = [...numbers.map(numberWord), ...(await readAsked(asked, languages, source))];
  return { words: read, ...(await findCandidates(read, source)) };
}

/** @param pairs tickets that the caller may see, each with the candidate it was found as */
export function rankTickets<Ticket extends RankedBy>(
  text: string,
  words: readonly AskedWord[],
  pairs: readonly (readonly [Ticket, Candidate<unknown>])[],
): RankedTickets<Ticket> {
  const scored = pairs.flatMap(([ticket, candidate]) => {
    const score = scoreOf(candidate, ticket.locale);
    return score ? [{ ticket, ...score }] : [];
  });
  scored.sort((a, b) => b.score - a.score || b.ticket.movedAt - a.ticket.movedAt);
  const tickets = scored.map(({ ticket }) => ticket);
  const corrections = new Map<string, string>();
  for (const [i, { token }] of words.entries()) {
    const readings = scored.flatMap(({ readings: all }) => all[i] ?? []);
    const [first] = readings;
    if (first && readings.every((reading) => reading.as === 'letter')) corrections.set(token.folded, first.folded);
  }
  return { tickets, ...(corrections.size > 0 && { corrected: replaceWords(text, corrections) }) };
}

/** The pieces of a query that are numbers of tickets, and what else there is in it. */
async function withoutNumbers(
  words: string,
  source: TextSource<unknown>,
): Promise<{ readonly numbers: readonly string[]; readonly rest: string }> {
  const possible = numbersIn(words);
  if (possible.size === 0) return { numbers: [], rest: words };
  const sizes = await source.sizes([...possible.keys()]);
  const numbers = [...possible.keys()].filter((number) => sizes.has(number));
  const taken = new Set(numbers.map((number) => possible.get(number)));
  const rest = words
    .split(/\s+/u)
    .filter((piece) => !taken.has(piece))
    .join(' ');
  return { numbers, rest };
}
