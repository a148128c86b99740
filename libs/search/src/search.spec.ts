import { memorySearchIndex } from './memory/memory-search-index.js';
import { describeSearch } from './testing/search-cases.js';

describe('The index in memory', () => describeSearch(() => memorySearchIndex()));
