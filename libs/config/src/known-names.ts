import { databaseSettings } from './database-settings.js';
import { feedSettings } from './feed-settings.js';
import { fileSettings } from './file-settings.js';
import { platformSettings } from './platform-settings.js';
import { searchSettings } from './search-settings.js';

/**
 * What is read by one app or tool alone, and declared there: one environment may serve all of them. A test compares
 * this with the code.
 */
export const otherNames: readonly string[] = [
  // the all-in-one
  'GUICHET_DATA_DIR',
  'GUICHET_PUBLIC_URL',
  'GUICHET_POSTGRES_URL',
  'GUICHET_DEMO_HISTORY',
  // identity
  'IDENTITY_SECRET',
  'IDENTITY_OPERATOR_SECRET',
  'IDENTITY_TOKEN_SECONDS',
  'IDENTITY_KEY_ROTATION_DAYS',
  // the command line
  'GUICHET_URL',
  'GUICHET_TOKEN',
  'GUICHET_CLIENT_ID',
  'GUICHET_CLIENT_SECRET',
  // docker-compose.yml
  'GUICHET_VERSION',
  'GUICHET_PORT',
  'GUICHET_TLS',
  // a checkout's tools and tests; those of tests alone begin with GUICHET_TEST_
  'GUICHET_COMMIT',
  'GUICHET_KAFKA_JARS',
  'GUICHET_OPENSEARCH_JARS',
  'GUICHET_REAL_LOGS',
];

/** Every setting that some part of the product reads. */
export const productNames = (): readonly string[] => [
  ...[platformSettings, databaseSettings, feedSettings, fileSettings, searchSettings].flatMap((settings) =>
    Object.values(settings).map(({ name }) => name),
  ),
  ...otherNames,
];
