/** Blocks as events keep them: what they say is in the body of the same event. Pure. */
import { type Block, withIds } from '../content/blocks.js';
import { splitBlocks } from '../content/text-facts.js';

export interface StoredBlock {
  readonly id: string;
  readonly hash: string;
}

export interface StoredText {
  /** Markdown. */
  readonly body: string;
  readonly blocks: readonly StoredBlock[];
}

/** The blocks of a revision with what they say. Hashes and ids are those of the event, whatever is made of the body today. */
export const blocksOf = ({ body, blocks }: StoredText): readonly Block[] =>
  splitBlocks(body).map((block, place) => ({ ...block, ...(blocks[place] ?? { id: `0.${place + 1}` }) }));

/**
 * What an event keeps of a new revision.
 * @throws DomainError `text-too-long`, `too-many-blocks` or `nested-too-deep` (422)
 */
export const storedBlocks = (body: string, previous: StoredText | null, revision: number): readonly StoredBlock[] =>
  withIds(splitBlocks(body), previous === null ? [] : blocksOf(previous), revision).map(({ id, hash }) => ({
    id,
    hash,
  }));
