import { setting } from './settings.js';

/** Where the knowledge base searches, beside its database. */
export const searchSettings = {
  searchUrl: setting.text({
    name: 'KNOWLEDGE_SEARCH_URL',
    secret: true,
    pattern: {
      words: 'an http or https URL, such as https://user:password@opensearch:9200',
      matches: /^https?:\/\/[^/\s]+(?:\/\S*)?$/,
    },
    description:
      'OpenSearch (the tests run 2.19) that searches articles, with user and password where it asks for them; without it PostgreSQL searches. PostgreSQL’s index is kept in any case: it answers while OpenSearch lacks something, or does not answer.',
  }),
  searchIndex: setting.text({
    name: 'KNOWLEDGE_SEARCH_INDEX',
    default: 'guichet',
    pattern: {
      words: 'lower-case letters, digits and hyphens, 40 at most, a letter first',
      matches: /^[a-z][a-z0-9-]{0,39}$/,
    },
    description:
      'What the names of the indexes in OpenSearch begin with. The service creates and removes indexes that begin so, followed by the id of its database.',
  }),
} as const;
