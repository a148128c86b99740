import { type Block, blocksIn, withIds } from './blocks.js';
import { cleanMarkdown, parseMarkdown } from './markdown.js';
import { findPersonalData, type FoundPersonalData } from '@guichet/search/personal-data';
import { type Outline, outlineOf } from './outline.js';
import { type Rendered, renderTree } from './render.js';

/** Everything that follows from one revision of a text, found in one reading of its Markdown. */
export interface ArticleText extends Rendered, Outline {
  readonly blocks: readonly Block[];
  readonly words: number;
  /** In the Markdown as it came. */
  readonly personalData: readonly FoundPersonalData[];
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
  const blocks = withIds(blocksIn(root, cleanMarkdown(markdown)), previous, revision);
  const words = blocks.reduce((sum, block) => sum + block.words, 0);
  const outline = outlineOf(root);
  const ids = blocks.map(({ id }) => id);
  const personalData = findPersonalData(markdown);
  return { ...outline, ...renderTree(root, ids), blocks, words, personalData };
}
