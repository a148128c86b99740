import type { ServiceOptions } from '@guichet/messaging';

/** What the knowledge base is given by its host. */
export interface KnowledgeOptions extends ServiceOptions {
  /** Absolute path of the folder for uploaded files. All replicas have the same folder. */
  readonly filesDir: string;
  /** Days after which a file that no text uses is removed; 30 if not given. */
  readonly unusedFileDays?: number;
}
