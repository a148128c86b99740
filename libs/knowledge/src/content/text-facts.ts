import { LRUCache } from 'lru-cache';
import type { Root } from 'mdast';
import { blocksIn, type NewBlock } from './blocks.js';
import { findPersonalData, type FoundPersonalData } from '@guichet/search/personal-data';
import { cleanMarkdown, parseMarkdown } from './markdown.js';
import { type Outline, outlineOf } from './outline.js';

/** What follows from the Markdown of a text alone, whichever revision it is of whichever text. */
export interface TextFacts extends Outline {
  readonly blocks: readonly NewBlock[];
  /** In the Markdown as it came. */
  readonly personalData: readonly FoundPersonalData[];
}

/** The facts of a text with the tree that `parseMarkdown` makes of it. */
export const factsIn = (root: Root, markdown: string): TextFacts => ({
  ...outlineOf(root),
  blocks: blocksIn(root, cleanMarkdown(markdown)),
  personalData: findPersonalData(markdown),
});

/** Of all texts whose facts are kept, in characters. The facts of a text take some five bytes for each. */
const keptCharacters = 2 ** 20;

/** A text that is saved and published is read by two commands, three projections and a policy, one soon after the other. */
const kept = new LRUCache<string, TextFacts>({
  maxSize: keptCharacters,
  sizeCalculation: (_, markdown) => Math.max(1, markdown.length),
});

/** Keeps what somebody else has read: the next who asks need not read it again. */
export const keepFacts = (markdown: string, facts: TextFacts): void => void kept.set(markdown, facts);

/** Undefined for a text that was not read lately. */
export const keptFacts = (markdown: string): TextFacts | undefined => kept.get(markdown);

/** @throws DomainError as `parseMarkdown` */
export function factsOf(markdown: string): TextFacts {
  const known = keptFacts(markdown);
  if (known !== undefined) return known;
  const facts = factsIn(parseMarkdown(markdown), markdown);
  keepFacts(markdown, facts);
  return facts;
}

/** @throws DomainError as `parseMarkdown` */
export const splitBlocks = (markdown: string): readonly NewBlock[] => factsOf(markdown).blocks;
