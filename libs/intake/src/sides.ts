/** Intake's decisions on a ticket, for tests that ask whether both services come to tell the same of it, and what it never keeps. */
export { type RequestersSide, type TicketStatus, ticketStatusOf, type WorkSide } from './ticket/ticket-state.js';
export { type Ticket, type TicketCommand, ticketDecider, type TicketEvent } from './ticket/ticket.js';
export { behindTheDesk, type TicketPatch, ViewChanges } from './ticket-view/ticket-patch.js';
