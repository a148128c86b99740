/** The knowledge service on its own: its database, its files, Kafka, HTTP below /knowledge/. */
import { resolve } from 'node:path';
import { fileSettings } from '@guichet/config';
import { hostService } from '@guichet/http-host';
import { KnowledgeModule } from '@guichet/knowledge';

hostService(KnowledgeModule, {
  settings: fileSettings,
  options: (common, { filesDir, unusedFileDays }) => ({ ...common, filesDir: resolve(filesDir), unusedFileDays }),
  isIssuer: false,
});
