export { type SearchIndex } from './search-index.js';
export type { DocumentKey, SearchBlock, SearchDocument } from './document.js';
export type { SearchChange } from './write-changes.js';
export type { CompletionRequest, Hit, Marked, SearchAnswer, SearchRequest, SearchSettings } from './search-request.js';
export { maxQueryLength } from './search.js';
export { memorySearchIndex } from './memory/memory-search-index.js';
export { indexedDocuments, postgresSearchIndex } from './postgres/postgres-search-index.store.js';
export { connectOpenSearch, type OpenSearchClient, OpenSearchRefusal } from './open-search/open-search-client.store.js';
export {
  createOpenSearchIndex,
  markOfOpenSearchIndex,
  markOpenSearchIndex,
  openSearchIndex,
  openSearchIndexes,
  removeOpenSearchIndex,
} from './open-search/open-search-index.store.js';
export type { IndexPlace, SearchSession } from './postgres/place.js';
export { searchDdl, type SearchTables, searchTables } from './postgres/tables.js';
export { type Stemmer, stemmerFor } from './analysis/stemmer.js';
export { gramsOf } from './analysis/grams.js';
export { fold, type Token, tokens } from './analysis/tokens.js';
export { type Operator, type ParsedQuery, parseQuery, WrongQuery } from './tickets/operators.js';
export { languageOf } from './tickets/asked-words.js';
export type { TicketText } from './tickets/ticket-text.js';
export { MemoryTexts } from './tickets/memory-texts.js';
export { rankTickets, searchTickets, type TicketsAsked } from './tickets/search-tickets.js';
export { ticketMarker } from './tickets/marking.js';
export { idsOf } from './tickets/posting-items.js';
export type { TextChange, ToldText } from './tickets/told-text.js';
export { textDdl, textTables } from './tickets/text-tables.js';
export { type ShownText, TextReader } from './tickets/text-reader.store.js';
export { TextWriter } from './tickets/text-writer.store.js';
