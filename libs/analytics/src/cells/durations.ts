/** Whether a ticket has come to a duration's end: sources.ts says the same in SQL. Pure. */
import type { TicketFact } from '../ticket-facts/ticket-fact.js';
import type { Duration } from './metrics.js';

export function hasComeTo(fact: TicketFact, duration: Duration): boolean {
  switch (duration) {
    case 'firstAssignment':
      return fact.firstAssignment !== null;
    case 'firstResponse':
      return fact.firstResponse !== null;
    case 'firstResolution':
      return fact.firstResolution !== null;
    case 'fullResolution':
      return fact.lastResolution !== null;
    case 'close':
      return fact.lastClosedAt !== null;
    case 'handle':
      return fact.lastEnd !== null && fact.handleSeconds !== null;
    case 'wrapUp':
      return fact.lastWrapUp !== null && fact.wrapUpSeconds !== null;
    case 'requesterWait':
      return fact.lastEnd !== null && fact.requesterWaitSeconds !== null;
  }
}
