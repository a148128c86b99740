import type { Stemmer } from '../analysis/stemmer.js';
import { type Token, tokens } from '../analysis/tokens.js';
import type { SearchBlock } from '../document.js';
import type { Marked } from '../search-request.js';
import type { QueryWord } from './query-words.js';

/** UTF-16 units of a snippet; it begins and ends with whole words. */
const snippetLength = 240;
/** As a part of what the rarest word of the query counts: more common ones tell the reader nothing. */
const leastMarked = 0.25;

/** Finds the words of a query in texts. */
export class Marker {
  private readonly forms = new Map<string, QueryWord>();
  private readonly stems = new Map<string, QueryWord>();
  /** By form; null: no word of the query. Most words of ten texts come again. */
  private readonly seen = new Map<string, QueryWord | null>();

  /** @param rarity by folded form, what a word counts */
  constructor(
    words: readonly QueryWord[],
    private readonly stemmer: Stemmer,
    private readonly rarity: ReadonlyMap<string, number>,
  ) {
    const least = leastMarked * Math.max(0, ...rarity.values());
    for (const word of words) {
      if ((rarity.get(word.token.folded) ?? 0) < least) continue;
      this.forms.set(word.token.folded, word);
      for (const { stem } of word.readings) this.stems.set(stem, word);
    }
  }

  private wordAt({ form, folded }: Token): QueryWord | undefined {
    const seen = this.seen.get(form);
    if (seen !== undefined) return seen ?? undefined;
    const word = this.forms.get(folded) ?? this.stems.get(this.stemmer.stem(form));
    this.seen.set(form, word ?? null);
    return word;
  }

  mark(text: string): Marked {
    const marks: { start: number; end: number }[] = [];
    for (const token of tokens(text)) {
      if (!this.wordAt(token)) continue;
      const last = marks.at(-1);
      if (last && token.start < last.end) last.end = token.end;
      else marks.push({ start: token.start, end: token.end });
    }
    return { text, marks };
  }

  /** A passage of the block with the most of the query; the first block where none has anything. */
  snippet(blocks: readonly SearchBlock[]): (Marked & { block: number }) | undefined {
    let best: { block: number; passage: Passage } | undefined;
    for (const [block, { text, isHeading = false }] of blocks.entries()) {
      if (isHeading) continue;
      const passage = this.passageOf(text);
      if (!best || passage.value > best.passage.value) best = { block, passage };
    }
    const text = best && blocks[best.block]?.text;
    if (!best || text === undefined) return undefined;
    const { start, end } = best.passage;
    return { block: best.block, ...this.mark(text.slice(start, end)) };
  }

  /** The stretch of a text, no longer than a snippet, with the most different words of the query. */
  private passageOf(text: string): Passage {
    const all = tokens(text);
    const matches: { token: Token; folded: string }[] = [];
    for (const token of all) {
      const word = this.wordAt(token);
      if (word) matches.push({ token, folded: word.token.folded });
    }
    let best = { start: 0, value: 0 };
    for (const [
      i,
      {
        token: { start },
      },
    ] of matches.entries()) {
      const within = new Set<string>();
      for (let j = i; (matches[j]?.token.end ?? Infinity) <= start + snippetLength; j++)
        within.add(matches[j]?.folded ?? '');
      const value = [...within].reduce((sum, folded) => sum + (this.rarity.get(folded) ?? 0), 0);
      if (value > best.value) best = { start, value };
    }
    return { ...cut(text, all, best.start), value: best.value };
  }
}

interface Passage {
  readonly start: number;
  readonly end: number;
  readonly value: number;
}

/** Whole words around a place, with some words before it. */
function cut(text: string, all: readonly Token[], from: number): { start: number; end: number } {
  if (text.length <= snippetLength) return { start: 0, end: text.length };
  const lead = Math.max(0, Math.min(from - snippetLength / 6, text.length - snippetLength));
  const first = all.find(({ start }) => start >= Math.min(lead, from));
  const start = lead === 0 ? 0 : (first?.start ?? 0);
  const last = all.findLast(({ end }) => end <= start + snippetLength);
  const end = start + snippetLength >= text.length ? text.length : (last?.end ?? start + snippetLength);
  return { start, end: Math.max(end, start) };
}
