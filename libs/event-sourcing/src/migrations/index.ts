import type { Migration } from '../database/migrate.js';
import { EventLog1760000000001 } from './1760000000001-event-log.migration.js';
import { CommandAnswers1760000000010 } from './1760000000010-command-answers.migration.js';
import { IdsByTenant1760000000011 } from './1760000000011-ids-by-tenant.migration.js';
import { LogChain1760000000012 } from './1760000000012-log-chain.migration.js';
import { ReadModels1760000000014 } from './1760000000014-read-models.migration.js';
import { PersonKeys1760000000015 } from './1760000000015-person-keys.migration.js';
import { Consumers1760000000002 } from './1760000000002-consumers.migration.js';

/** The log of a service and what its consumers need. A service runs these first, then its own. */
export const eventSourcingMigrations: readonly Migration[] = [
  EventLog1760000000001,
  Consumers1760000000002,
  CommandAnswers1760000000010,
  IdsByTenant1760000000011,
  LogChain1760000000012,
  ReadModels1760000000014,
  PersonKeys1760000000015,
];
