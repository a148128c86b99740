import { setting } from './settings.js';

/** Of a pool, so that what holds one connection always gets the other one it needs. */
const leastConnections = 3;

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
    secret: true,
    description:
      'The same database as its owner: the service migrates it by itself at its start. Without it, `guichet migrate <service>` does so, and the service waits for that.',
  }),
  databaseConnections: setting.integer({
    name: 'DATABASE_CONNECTIONS',
    min: leastConnections,
    max: 1_000,
    description: `Connections of a replica’s pool at most; by default 10 for identity and 20 for the other services. A replica opens two more beside its pool for its leases, and up to three while a read model is rebuilt or compared. Fewer than ${leastConnections} would wait for one another: one is held by a merge of tickets, one by an operator’s replay, and both need another one.`,
  }),
} as const;
