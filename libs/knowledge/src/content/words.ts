/** A word: letters, marks and digits, with an apostrophe or hyphen inside ("l'été", "e-mail"). */
const word = /[\p{L}\p{M}\p{N}]+(?:['’‑-][\p{L}\p{M}\p{N}]+)*/gu;

/** Scripts that are written without spaces: where a word ends is asked of a dictionary. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

const wordsWithin = (run: string): readonly string[] =>
  unspaced.test(run)
    ? [...segmenter.segment(run)].filter(({ isWordLike }) => isWordLike).map(({ segment }) => segment)
    : [run];

/** The words of a text, in order, as they are written. Japanese or Thai is cut by the dictionaries of ICU. */
export const wordsOf = (text: string): readonly string[] => (text.match(word) ?? []).flatMap(wordsWithin);

/** Words, spaces and single signs: together they are the text again. */
export function tokensOf(text: string): readonly string[] {
  const tokens: string[] = [];
  let end = 0;
  const between = (to: number) => tokens.push(...(text.slice(end, to).match(/\s+|[^\s]/gu) ?? []));
  for (const { 0: run, index } of text.matchAll(word)) {
    between(index);
    if (unspaced.test(run)) for (const { segment } of segmenter.segment(run)) tokens.push(segment);
    else tokens.push(run);
    end = index + run.length;
  }
  between(text.length);
  return tokens;
}
