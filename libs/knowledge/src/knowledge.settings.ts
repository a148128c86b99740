import type { ServiceOptions } from '@guichet/messaging';

/** What the knowledge base is given by its host. */
export interface KnowledgeOptions extends ServiceOptions {
  /** Absolute path of the folder for uploaded files. All replicas have the same folder. */
  readonly filesDir: string;
  /** Days after which a file that no text uses is removed; 30 if not given. */
  readonly unusedFileDays?: number;
  /** Of OpenSearch, with user and password; without it PostgreSQL searches. */
  readonly searchUrl?: string | undefined;
  /** What the names of its indexes begin with; `guichet` if not given. */
  readonly searchIndex?: string;
}
