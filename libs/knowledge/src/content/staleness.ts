import type { Significance } from '../text/text.js';
import type { Block } from './blocks.js';
import { changedWordsBetween } from './common-words.js';
import { wordsOf } from './words.js';

export type ComparedBlock = Pick<Block, 'id' | 'hash' | 'text'>;

/** A published revision of the source. */
export interface SourceRevision {
  readonly revision: number;
  /**
   * Against the published revision before: `minor` outdates nothing; `update` outdates; `major` also ranks the
   * translation below its source.
   */
  readonly significance: Significance;
  readonly blocks: readonly ComparedBlock[];
}

export interface TranslatedText {
  /** The source's revision that it renders. */
  readonly follows: number;
  /** Per block, the source's block that it renders, if it is of another revision than the whole text's. */
  readonly blocks?: readonly { readonly source?: { readonly id: string; readonly revision: number } }[];
}

export interface OutdatedBlock {
  readonly id: string;
  readonly change: 'changed' | 'added' | 'removed';
  /** Words of the source that changed; a word in another's place counts once. */
  readonly words: number;
  /** The revision in which the translation rendered it. */
  readonly since: number;
}

export interface Staleness {
  /** The released revision with which the translation was compared. */
  readonly sourceRevision: number;
  /** The gravest edit that outdated something; undefined for a current translation. */
  readonly significance: Exclude<Significance, 'minor'> | undefined;
  /** In the order of the source; removed blocks come last. */
  readonly outdated: readonly OutdatedBlock[];
  /** "3 of 17 blocks, 84 words": */
  readonly changedBlocks: number;
  readonly ofBlocks: number;
  readonly changedWords: number;
}

interface Edit {
  readonly revision: number;
  readonly significance: Exclude<Significance, 'minor'>;
}

type ById = ReadonlyMap<string, ComparedBlock>;

const byId = (blocks: readonly ComparedBlock[]): ById => new Map(blocks.map((block) => [block.id, block]));

/** By block, the edits that changed it and are more than minor, oldest first. */
function editsOf(revisions: readonly SourceRevision[], contents: ReadonlyMap<number, ById>) {
  const edits = new Map<string, Edit[]>();
  revisions.forEach(({ revision, significance }, place) => {
    const before = revisions[place - 1];
    if (!before || significance === 'minor') return;
    const [was, is] = [contents.get(before.revision) ?? new Map(), contents.get(revision) ?? new Map()] as [ById, ById];
    for (const id of new Set([...was.keys(), ...is.keys()])) {
      if (was.get(id)?.hash === is.get(id)?.hash) continue;
      const known = edits.get(id);
      if (known) known.push({ revision, significance });
      else edits.set(id, [{ revision, significance }]);
    }
  });
  return edits;
}

/** Which revision of each source block the translation renders, where it is not the one that the text follows. */
const renderedRevisions = ({ blocks = [] }: TranslatedText): ReadonlyMap<string, number> =>
  new Map(blocks.flatMap(({ source }) => (source ? [[source.id, source.revision] as const] : [])));

function outdatedBlock(id: string, since: number, was: ComparedBlock | undefined, is: ComparedBlock | undefined) {
  const change: OutdatedBlock['change'] = was === undefined ? 'added' : is === undefined ? 'removed' : 'changed';
  const words = changedWordsBetween(wordsOf(was?.text ?? ''), wordsOf(is?.text ?? ''));
  return { id, change, words, since };
}

/**
 * Which blocks of the released source a translation does not render. A block is outdated when an edit that is more than
 * minor changed it after the revision that the translation renders, and it is not as it was then: an edit that was taken
 * back outdates nothing. Another order of the same blocks outdates nothing.
 * @param revisions published revisions of the source, oldest first, from the oldest that is rendered to the released one
 * @param released the newest revision that translators are asked to follow
 * @throws RangeError if a revision that is named is not among `revisions`
 */
export function staleness(revisions: readonly SourceRevision[], text: TranslatedText, released: number): Staleness {
  const known = revisions.filter(({ revision }) => revision <= released);
  const contents = new Map(known.map(({ revision, blocks }) => [revision, byId(blocks)]));
  const contentOf = (revision: number): ById => {
    const content = contents.get(revision);
    if (!content) throw new RangeError(`Revision ${revision} is not among the source's released revisions`);
    return content;
  };
  const [target, followed] = [contentOf(released), contentOf(text.follows)];
  const rendered = renderedRevisions(text);
  const edits = editsOf(known, contents);
  const ids = new Set([...target.keys(), ...followed.keys(), ...rendered.keys()]);
  const gravity = new Set<Edit['significance']>();
  const outdated = [...ids].flatMap((id): OutdatedBlock[] => {
    const since = rendered.get(id) ?? text.follows;
    const [was, is] = [contentOf(since).get(id), target.get(id)];
    const later = (edits.get(id) ?? []).filter(({ revision }) => revision > since);
    if (was?.hash === is?.hash || later.length === 0) return [];
    for (const { significance } of later) gravity.add(significance);
    return [outdatedBlock(id, since, was, is)];
  });
  return {
    sourceRevision: released,
    significance: gravity.has('major') ? 'major' : gravity.has('update') ? 'update' : undefined,
    outdated,
    changedBlocks: outdated.length,
    ofBlocks: target.size + outdated.filter(({ change }) => change === 'removed').length,
    changedWords: outdated.reduce((sum, { words }) => sum + words, 0),
  };
}

/**
 * The translation after somebody said that it is right for a revision of the source. An older revision than it follows
 * is "already so": the same object comes back.
 */
export function confirmed<Text extends TranslatedText>(text: Text, revision: number): Text {
  const blocks = text.blocks?.map((block) =>
    block.source && block.source.revision < revision ? { ...block, source: { ...block.source, revision } } : block,
  );
  const changes = text.follows < revision || blocks?.some((block, place) => block !== text.blocks?.[place]);
  return changes ? { ...text, follows: Math.max(text.follows, revision), ...(blocks && { blocks }) } : text;
}
