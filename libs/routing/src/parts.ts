/** For measurements: the read models that a search of tickets reads, and the search itself. */
export { AgentProjection } from './agent/agent.projection.js';
export { DepartmentProjection } from './department/department.projection.js';
export { TicketProjection } from './ticket/ticket.projection.js';
export { TicketSearchProjection } from './ticket-search/ticket-search.projection.js';
export { TicketSearches } from './ticket-search/ticket-search.query.js';
