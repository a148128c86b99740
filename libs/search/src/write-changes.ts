import { analyse, type Channel, type DocumentTerms } from './analysis/document-terms.js';
import { fold } from './analysis/tokens.js';
import { type DocumentKey, mustBeIndexable, type SearchDocument } from './document.js';
import type { BlockKey, IndexWriter, LexiconEntry, PostingBlock, StoredDocument } from './index-store.js';
import { blockOf, changedBlock, placeOf } from './ranking/posting-block.js';
import { weights as chosen, type Weights } from './ranking/weights.js';

/** A document that is new or has changed, or one that is no longer there. */
export type SearchChange =
  { readonly type: 'put'; readonly document: SearchDocument } | { readonly type: 'remove'; readonly key: DocumentKey };

interface BlockChange {
  readonly key: BlockKey;
  readonly places: Map<number, number | undefined>;
}

/**
 * Makes changes, in their order. What the index holds afterwards follows from the documents it has, however the changes
 * were divided into calls. Throws a RangeError for a document that cannot be indexed; nothing is written then.
 */
export async function writeChanges(
  changes: readonly SearchChange[],
  writer: IndexWriter,
  weights: Weights = chosen,
): Promise<void> {
  const last = new Map<string, SearchChange>();
  for (const change of changes) {
    if (change.type === 'put') mustBeIndexable(change.document);
    last.set(nameOf(change.type === 'put' ? change.document : change.key), change);
  }
  for (const pass of slices([...last], documentsInPass)) {
    const blocks = new Map<string, BlockChange>();
    for (const group of slices(pass, documentsTogether)) await writeDocuments(group, blocks, writer, weights);
    for (const group of slices([...blocks.values()], blocksTogether)) await rewrite(group, writer);
  }
}

// A transaction that says nothing for long is ended by the database: between two statements no more is worked out than
// takes a second or so. What a pass collects is held in memory.
const documentsInPass = 2_000;
const documentsTogether = 200;
const blocksTogether = 2_000;

function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

/** Writes documents and collects what becomes of the blocks. `changes` has each document once, by its name. */
async function writeDocuments(
  changes: readonly (readonly [name: string, change: SearchChange])[],
  blocks: Map<string, BlockChange>,
  writer: IndexWriter,
  weights: Weights,
): Promise<void> {
  const keys = changes.map(([, change]) => (change.type === 'put' ? change.document : change.key));
  const before = new Map((await writer.stored(keys)).map((stored) => [nameOf(stored.document), stored.document]));
  const put: StoredDocument[] = [];
  const removed: DocumentKey[] = [];
  for (const [name, change] of changes) {
    const old = before.get(name);
    if (old) collect(old, analyse(old, weights), 'out', blocks);
    if (change.type === 'remove') {
      if (old) removed.push(change.key);
      continue;
    }
    const analysed = analyse(change.document, weights);
    collect(change.document, analysed, 'in', blocks);
    put.push({ document: change.document, vector: analysed.vector });
  }
  if (put.length > 0) await writer.putDocuments(put);
  if (removed.length > 0) await writer.removeDocuments(removed);
}

const nameOf = ({ number, locale }: DocumentKey): string => `${number}\t${locale}`;

/** What goes out is said before what comes in: a term of both is only changed. */
function collect(
  { number, locale, audience }: SearchDocument,
  { terms }: DocumentTerms,
  way: 'in' | 'out',
  blocks: Map<string, BlockChange>,
): void {
  const block = blockOf(number);
  for (const channel of Object.keys(terms) as Channel[]) {
    for (const [term, weight] of terms[channel]) {
      const key: BlockKey = { locale, audience, channel, term, block };
      const name = blockName(key);
      const change = blocks.get(name) ?? { key, places: new Map() };
      change.places.set(placeOf(number), way === 'in' ? weight : undefined);
      blocks.set(name, change);
    }
  }
}

async function rewrite(changes: readonly BlockChange[], writer: IndexWriter): Promise<void> {
  const keys = changes.map(({ key }) => key);
  const before = new Map((await writer.blocksOf(keys)).map((block) => [blockName(block), block.entries]));
  const changed: PostingBlock[] = [];
  const come: LexiconEntry[] = [];
  const gone: LexiconEntry[] = [];
  for (const { key, places } of changes) {
    const old = before.get(blockName(key));
    const entries = changedBlock(old ?? new Uint8Array(), places);
    if (isSame(old, entries)) continue;
    changed.push({ ...key, entries });
    if (key.channel !== 'form') continue;
    const { locale, audience, term } = key;
    if (!old) come.push({ locale, audience, form: term, folded: fold(term) });
    if (entries.length === 0) gone.push({ locale, audience, form: term, folded: fold(term) });
  }
  if (changed.length > 0) await writer.putBlocks(changed);
  if (come.length > 0 || gone.length > 0) await writer.putForms({ come, gone });
}

export const blockName = ({ block, locale, audience, channel, term }: BlockKey): string =>
  `${block}\t${locale}\t${audience}\t${channel}\t${term}`;

/** A document that was never there leaves an empty block where none was. */
const isSame = (old: Uint8Array | undefined, entries: Uint8Array): boolean =>
  Buffer.compare(old ?? new Uint8Array(), entries) === 0;
