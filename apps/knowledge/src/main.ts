/** The knowledge service on its own: its database, its files, its search, Kafka, HTTP below /knowledge/. */
import { resolve } from 'node:path';
import { fileSettings, searchSettings } from '@guichet/config';
import { hostService } from '@guichet/http-host';
import { KnowledgeModule } from '@guichet/knowledge';

hostService(KnowledgeModule, {
  settings: { ...fileSettings, ...searchSettings },
  options: (common, { filesDir, unusedFileDays, searchUrl, searchIndex }) => ({
    ...{ ...common, filesDir: resolve(filesDir), unusedFileDays },
    ...{ searchUrl, searchIndex },
  }),
  isIssuer: false,
});
