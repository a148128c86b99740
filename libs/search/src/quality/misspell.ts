import { tokens } from '../analysis/tokens.js';

const longWord = 6;
const letters = 'abcdefghijklmnopqrstuvwxyz';

/**
 * A query with one letter wrong in half of its long words: left out, doubled, changed or exchanged with the next, never
 * the first.
 * @param random numbers from 0 (inclusive) to 1 (exclusive)
 */
export function misspelt(query: string, random: () => number): string {
  const below = (limit: number) => Math.floor(random() * limit);
  let result = '';
  let from = 0;
  for (const { form, start, end } of tokens(query)) {
    const word = query.slice(start, end);
    const isHit = form.length >= longWord && random() < 0.5;
    result += query.slice(from, start) + (isHit ? withError(word, below) : word);
    from = end;
  }
  return result + query.slice(from);
}

function withError(word: string, below: (limit: number) => number): string {
  const at = 1 + below(word.length - 2);
  const [before, letter, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  switch (below(4)) {
    case 0:
      return before + after;
    case 1:
      return before + letter + letter + after;
    case 2:
      return before + letters.charAt(below(letters.length)) + after;
    default:
      return before + after.charAt(0) + letter + after.slice(1);
  }
}
