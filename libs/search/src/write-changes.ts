import { analyse, type Channel, type DocumentTerms } from './analysis/document-terms.js';
import { stemmerFor } from './analysis/stemmer.js';
import { fold } from './analysis/tokens.js';
import { type DocumentKey, mustBeIndexable, type SearchDocument } from './document.js';
import type {
  IndexWriter,
  LexiconEntry,
  PostingBlock,
  PostingKey,
  StoredDocument,
  WantedBlock,
} from './index-store.js';
import { changedBlocks, latestStart } from './ranking/posting-block.js';
import { weights as chosen, type Weights } from './ranking/weights.js';

/** A document that is new or has changed, or one that is no longer there. */
export type SearchChange =
  { readonly type: 'put'; readonly document: SearchDocument } | { readonly type: 'remove'; readonly key: DocumentKey };

interface PostingChange {
  readonly key: PostingKey;
  /** By number; undefined: the document has the term no longer. */
  readonly weights: Map<number, number | undefined>;
}

/** By language, audience and channel, then by term. */
type Postings = Map<string, Map<string, PostingChange>>;

/**
 * Makes changes, in their order. What the index holds afterwards follows from the documents it has, however the changes
 * were divided into calls. Throws a RangeError for a document that cannot be indexed; nothing is written then.
 */
export async function writeChanges(
  changes: readonly SearchChange[],
  writer: IndexWriter,
  weights: Weights = chosen,
): Promise<void> {
  for (const change of changes) if (change.type === 'put') mustBeIndexable(change.document);
  for (const pass of slices(lastChanges(changes), documentsInPass)) {
    const postings: Postings = new Map();
    for (const group of slices(pass, documentsTogether)) await writeDocuments(group, postings, writer, weights);
    for (const group of slices(
      [...postings.values()].flatMap((terms) => [...terms.values()]),
      postingsTogether,
    ))
      await rewrite(group, writer);
  }
}

/** Of each document the last change. */
export function lastChanges(changes: readonly SearchChange[]): readonly SearchChange[] {
  return [...new Map(changes.map((change) => [nameOf(keyOf(change)), change])).values()];
}

export const keyOf = (change: SearchChange): DocumentKey => (change.type === 'put' ? change.document : change.key);

// A transaction that says nothing for long is ended by the database: between two statements no more is worked out than
// takes a second or so. What a pass collects is held in memory.
const documentsInPass = 2_000;
const documentsTogether = 200;
const postingsTogether = 1_000;

function* slices<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield all.slice(from, from + size);
}

/** Writes documents and collects what becomes of the postings. `changes` has each document once. */
async function writeDocuments(
  changes: readonly SearchChange[],
  postings: Postings,
  writer: IndexWriter,
  weights: Weights,
): Promise<void> {
  const keys = changes.map(keyOf);
  const before = new Map((await writer.stored(keys)).map((stored) => [nameOf(stored.document), stored.document]));
  const put: StoredDocument[] = [];
  const removed: DocumentKey[] = [];
  for (const change of changes) {
    const old = before.get(nameOf(keyOf(change)));
    if (old) collect(old, analyse(old, weights), 'out', postings);
    if (change.type === 'remove') {
      if (old) removed.push(change.key);
      continue;
    }
    const analysed = analyse(change.document, weights);
    collect(change.document, analysed, 'in', postings);
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
  postings: Postings,
): void {
  for (const channel of Object.keys(terms) as Channel[]) {
    const part = `${locale}\t${audience}\t${channel}`;
    const changes = postings.get(part) ?? new Map<string, PostingChange>();
    postings.set(part, changes);
    for (const [term, weight] of terms[channel]) {
      const change = changes.get(term) ?? { key: { locale, audience, channel, term }, weights: new Map() };
      change.weights.set(number, way === 'in' ? weight : undefined);
      changes.set(term, change);
    }
  }
}

async function rewrite(changes: readonly PostingChange[], writer: IndexWriter): Promise<void> {
  const before = Map.groupBy(await writer.blocksOf(changes.flatMap(wantedBlocks)), postingName);
  const changed: PostingBlock[] = [];
  const come: LexiconEntry[] = [];
  const gone: LexiconEntry[] = [];
  for (const { key, weights } of changes) {
    const old = before.get(postingName(key)) ?? [];
    const oldEntries = new Map(old.map(({ start, entries }) => [start, entries]));
    const blocks = changedBlocks(old, weights).filter(({ start, entries }) => !isSame(oldEntries.get(start), entries));
    for (const block of blocks) changed.push({ ...key, ...block });
    if (key.channel !== 'form') continue;
    if (old.length === 0 && blocks.length > 0) come.push(lexiconEntry(key));
    if (blocks.some(({ entries }) => entries.length === 0)) gone.push(lexiconEntry(key));
  }
  if (changed.length > 0) await writer.putBlocks(changed);
  if (come.length > 0 || gone.length > 0) await writer.putForms({ come, gone });
}

/** The blocks that changes are in; a document that leaves the beginning of its block joins the rest to the one before. */
function wantedBlocks({ key, weights }: PostingChange): WantedBlock[] {
  const counts = new Map<number, 1 | 2>();
  for (const [number, weight] of weights) {
    const start = latestStart(number);
    const joins = number === start && weight === undefined;
    counts.set(start, joins ? 2 : (counts.get(start) ?? 1));
  }
  return [...counts].map(([start, count]) => ({ ...key, start, count }));
}

const lexiconEntry = ({ locale, audience, term }: PostingKey): LexiconEntry => ({
  ...{ locale, audience, form: term },
  folded: fold(term),
  stem: stemmerFor(locale).stem(term),
});

const postingName = ({ locale, audience, channel, term }: PostingKey): string =>
  `${locale}\t${audience}\t${channel}\t${term}`;

const isSame = (old: Uint8Array | undefined, entries: Uint8Array): boolean =>
  Buffer.compare(old ?? new Uint8Array(), entries) === 0;
