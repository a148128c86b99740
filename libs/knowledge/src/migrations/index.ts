import { ArticleCounter1764400000001 } from './1764400000001-article-counter.migration.js';
import { StoredFile1764400000021 } from './1764400000021-stored-file.migration.js';
import { WorkingCopy1764400000031 } from './1764400000031-working-copy.migration.js';

/** The knowledge base's own tables; they come after those of event-sourcing and messaging. */
export const knowledgeMigrations = [ArticleCounter1764400000001, StoredFile1764400000021, WorkingCopy1764400000031];
