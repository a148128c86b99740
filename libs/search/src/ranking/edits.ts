import { hasDigit } from '../analysis/tokens.js';

const minLetters = 4;

/** Whether a word may be read with one letter changed: numbers and short words never are. */
export const mayBeMistyped = (folded: string): boolean => folded.length >= minLetters && !hasDigit(folded);

/** Where the words that are one edit away from a word are found. */
export interface Nearby {
  readonly folded: string;
  /** An edit leaves the first half of a word as it is, … */
  readonly start: string;
  /** … or the second half, from the end backwards … */
  readonly backwards: string;
  /** … unless two neighbours were exchanged across the middle. */
  readonly crossed: string;
}

export function nearby(folded: string): Nearby {
  const middle = Math.floor(folded.length / 2);
  const [start, end] = [folded.slice(0, middle), folded.slice(middle)];
  const crossed = start.slice(0, -1) + end.slice(0, 1) + start.slice(-1) + end.slice(1);
  return { folded, start, backwards: backwards(end), crossed };
}

/** By UTF-16 units: it is compared, never shown. */
export function backwards(word: string): string {
  let turned = '';
  for (let i = word.length - 1; i >= 0; i--) turned += word.charAt(i);
  return turned.toWellFormed();
}

/** Whether one letter inserted, left out or changed, or two neighbours exchanged, makes one word of the other. */
export function isOneEdit(a: string, b: string): boolean {
  const [short, long] = a.length <= b.length ? [a, b] : [b, a];
  if (long.length - short.length > 1 || short === long) return false;
  let i = 0;
  while (i < short.length && short[i] === long[i]) i++;
  if (short.length < long.length) return short.slice(i) === long.slice(i + 1);
  if (short.slice(i + 1) === long.slice(i + 1)) return true;
  return short[i] === long[i + 1] && short[i + 1] === long[i] && short.slice(i + 2) === long.slice(i + 2);
}
