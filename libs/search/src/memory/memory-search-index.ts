import type { SearchIndex } from '../search-index.js';
import { complete, search } from '../search.js';
import { writeChanges } from '../write-changes.js';
import { MemoryStore } from './memory-store.js';

/** An index in the memory of the process: for tests of quality, and for collections that every start builds anew. */
export function memorySearchIndex(store = new MemoryStore()): SearchIndex {
  return {
    change: (changes) => writeChanges(changes, store),
    search: (request) => search(request, store),
    complete: (request) => complete(request, store),
  };
}
