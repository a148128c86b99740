/** What analytics makes of a ticket's events, for tests that ask whether all services come to tell the same of it. */
export { deriveFact, foldEvent } from './ticket-facts/derive.js';
export { newFold } from './ticket-facts/fold-state.js';
export { isHandlingEvent, isIntakeEvent } from './ticket-facts/ticket-event.js';
