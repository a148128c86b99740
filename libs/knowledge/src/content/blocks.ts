import { createHash } from 'node:crypto';
import type { Root, RootContent } from 'mdast';
import { keptIds } from './kept-blocks.js';
import { stringifyMarkdown } from './markdown.js';
import { plainText } from './plain-text.js';
import { wordsOf } from './words.js';

/** A top-level part of a text: a paragraph, a heading, a whole list or table. */
export interface Block {
  /** `<revision>.<place>` of its birth; a block keeps it while its text stays at least 60 % alike. */
  readonly id: string;
  /** As the syntax tree names it: `paragraph`, `heading`, `list`, `table`, `code`, `containerDirective`, … */
  readonly kind: RootContent['type'];
  /** As it was typed. */
  readonly markdown: string;
  /** What a reader sees of it, without marks. */
  readonly text: string;
  readonly words: number;
  /** Of its content, not of how that was typed: `* a` and `- a` are alike. 32 hexadecimal digits of SHA-256. */
  readonly hash: string;
}

export type NewBlock = Omit<Block, 'id'>;

const hashOf = (node: RootContent) =>
  createHash('sha256')
    .update(stringifyMarkdown({ type: 'root', children: [node] }).normalize('NFC'))
    .digest('hex')
    .slice(0, 32);

/** The blocks of a tree that was parsed from `clean`. */
export function blocksIn(root: Root, clean: string): readonly NewBlock[] {
  return root.children.map((node) => {
    const [start, end] = [node.position?.start.offset ?? 0, node.position?.end.offset ?? 0];
    // From the beginning of its line: the indentation makes a block of code what it is.
    const from = clean.lastIndexOf('\n', start) + 1;
    const text = plainText(node);
    return {
      kind: node.type,
      markdown: clean.slice(from, end),
      text,
      words: wordsOf(text).length,
      hash: hashOf(node),
    };
  });
}

/** Code that never ends may have empty lines at its end already. */
const withEmptyLine = (markdown: string) => markdown + '\n\n'.slice(/\n{0,2}$/.exec(markdown)?.[0].length);

/** The text again. What lay between the blocks was blank lines. */
export const joinBlocks = (blocks: readonly Pick<Block, 'markdown'>[]): string =>
  blocks.map(({ markdown }, place) => (place < blocks.length - 1 ? withEmptyLine(markdown) : markdown)).join('');

/**
 * Gives every block its id: that of the block of the previous revision whose text it is, or a new one.
 * @param revision number of the new revision; no earlier one of this text has it
 */
export function withIds(
  blocks: readonly NewBlock[],
  previous: readonly Pick<Block, 'id' | 'hash' | 'text' | 'markdown'>[],
  revision: number,
): readonly Block[] {
  const kept = keptIds(blocks, previous);
  return blocks.map((block, place) => ({ id: kept.get(place) ?? `${revision}.${place + 1}`, ...block }));
}
