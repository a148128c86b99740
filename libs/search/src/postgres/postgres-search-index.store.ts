import type { DocumentKey, SearchDocument } from '../document.js';
import type { SearchIndex } from '../search-index.js';
import { complete, search } from '../search.js';
import { writeChanges } from '../write-changes.js';
import { PostgresReader } from './postgres-reader.store.js';
import { PostgresWriter } from './postgres-writer.store.js';
import type { IndexPlace } from './place.js';

/**
 * An index in tables of PostgreSQL (`searchDdl`). Changes belong to the transaction of the session that is given: that
 * of a projection, or of a test. A search wants one moment for all that it reads: give it a snapshot.
 */
export function postgresSearchIndex(place: IndexPlace): SearchIndex {
  const reader = new PostgresReader(place);
  const writer = new PostgresWriter(place);
  return {
    change: (changes) => writeChanges(changes, writer),
    search: (request) => search(request, reader),
    complete: (request) => complete(request, reader),
  };
}

/** The documents that the index has of these, whole: for another index that follows this one. */
export async function indexedDocuments(
  place: IndexPlace,
  keys: readonly DocumentKey[],
): Promise<readonly SearchDocument[]> {
  return (await new PostgresWriter(place).stored(keys)).map(({ document }) => document);
}
