import { type Block, withIds } from './blocks.js';
import { parseMarkdown } from './markdown.js';
import { type Rendered, renderTree } from './render.js';
import { factsIn, type TextFacts } from './text-facts.js';

/** Everything that follows from one revision of a text, found in one reading of its Markdown. */
export interface ArticleText extends Rendered, TextFacts {
  readonly blocks: readonly Block[];
  readonly words: number;
}

export interface RevisionText {
  readonly markdown: string;
  /** Number of this revision; it is part of the ids of blocks that are new. */
  readonly revision: number;
  /** Blocks of the revision before, whose ids are kept. */
  readonly previous?: readonly Pick<Block, 'id' | 'hash' | 'text' | 'markdown'>[];
}

/**
 * Costs what parsing costs: texts of strangers are read in a worker (`TextReader`), which ends when it takes too long.
 * @throws DomainError `text-too-long`, `too-many-blocks` or `nested-too-deep`
 */
export function readArticleText({ markdown, revision, previous = [] }: RevisionText): ArticleText {
  const root = parseMarkdown(markdown);
  const facts = factsIn(root, markdown);
  const blocks = withIds(facts.blocks, previous, revision);
  const words = blocks.reduce((sum, block) => sum + block.words, 0);
  const ids = blocks.map(({ id }) => id);
  return { ...facts, ...renderTree(root, ids), blocks, words };
}
