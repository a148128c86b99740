import { TicketCounter1760000001001 } from './1760000001001-ticket-counter.migration.js';

/** Intake's own tables; they come after those of event-sourcing and messaging. */
export const intakeMigrations = [TicketCounter1760000001001];
