/** Shows where in a ticket the words of a query stand. */
import { fold } from '../analysis/tokens.js';
import { Marker } from '../ranking/marks.js';
import type { Marked } from '../search-request.js';
import type { AskedWord } from './asked-words.js';

export interface TicketMarker {
  mark(text: string): Marked;
  /** A passage of the text that has most of the words; `block` says which. Undefined where there is no text. */
  snippet(texts: readonly string[]): (Marked & { readonly block: number }) | undefined;
}

/** Readings are words as texts have them, so that nothing has to be stemmed to find them again. */
export function ticketMarker(words: readonly AskedWord[]): TicketMarker {
  const query = words.map(({ token, readings }) => ({
    token,
    readings: readings.map(({ folded }) => ({ stem: folded, share: 1 })),
  }));
  const marker = new Marker(query, { stem: fold }, new Map(words.map(({ token }) => [token.folded, 1])));
  return {
    mark: (text) => marker.mark(text),
    snippet: (texts) => marker.snippet(texts.map((text) => ({ text }))),
  };
}
