import { setting } from './settings.js';

/** A service's database: one URL as what it runs as, one as its owner. */
export const databaseSettings = {
  databaseUrl: setting.url({
    name: 'DATABASE_URL',
    required: true,
    secret: true,
    description:
      'The service’s PostgreSQL database as its application role, which may append to the log and not change it.',
  }),
  migrationDatabaseUrl: setting.url({
    name: 'MIGRATION_DATABASE_URL',
    required: true,
    secret: true,
    description: 'The same database as its owner, for migrations and rebuilds.',
  }),
} as const;
