import { tokens } from './tokens.js';

/** The text with others in the place of some of its words, which are named by their folded forms. */
export function replaceWords(text: string, others: ReadonlyMap<string, string>): string {
  let result = '';
  let from = 0;
  for (const { folded, start, end } of tokens(text)) {
    result += text.slice(from, start) + (others.get(folded) ?? text.slice(start, end));
    from = end;
  }
  return result + text.slice(from);
}
