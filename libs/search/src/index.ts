export { type SearchIndex } from './search-index.js';
export type { DocumentKey, SearchBlock, SearchDocument } from './document.js';
export type { SearchChange } from './write-changes.js';
export type { CompletionRequest, Hit, Marked, SearchAnswer, SearchRequest, SearchSettings } from './search-request.js';
export { maxQueryLength } from './search.js';
export { memorySearchIndex } from './memory/memory-search-index.js';
export { type Stemmer, stemmerFor } from './analysis/stemmer.js';
export { fold, type Token, tokens } from './analysis/tokens.js';
