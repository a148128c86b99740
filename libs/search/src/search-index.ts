import type { CompletionRequest, SearchAnswer, SearchRequest } from './search-request.js';
import type { SearchChange } from './write-changes.js';

/**
 * An index of one tenant. The engines stand behind it: one in PostgreSQL, whose changes belong to the transaction of a
 * projection, and one in memory.
 */
export interface SearchIndex {
  /** In their order; what follows from them is found by the next search. */
  change(changes: readonly SearchChange[]): Promise<void>;
  search(request: SearchRequest): Promise<SearchAnswer>;
  /** Texts that the last word of `text` could be going to be. */
  complete(request: CompletionRequest): Promise<readonly string[]>;
}
