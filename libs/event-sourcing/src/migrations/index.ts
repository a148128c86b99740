import type { Migration } from '../database/migrate.js';
import { EventLog1760000000001 } from './1760000000001-event-log.migration.js';
import { CommandAnswers1760000000010 } from './1760000000010-command-answers.migration.js';
import { Consumers1760000000002 } from './1760000000002-consumers.migration.js';

/** The log of a service and what its consumers need. A service runs these first, then its own. */
export const eventSourcingMigrations: readonly Migration[] = [
  EventLog1760000000001,
  Consumers1760000000002,
  CommandAnswers1760000000010,
];
