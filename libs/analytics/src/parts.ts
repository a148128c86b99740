/** For tools that fill the read models and ask them without a host: imported as `@guichet/analytics/parts`. */
export { Cell, cellColumns } from './cells/packed/index.js';
export { foreverDay, weekOf } from './cells/cuboids.js';
export { Rollup } from './cells/rollup.js';
export { KpisQuery } from './kpis/answers/kpis.query.js';
export { ticketKpiOf } from './kpis/definitions/catalogue.js';
export { type Query, type Question, questionOf } from './kpis/definitions/question.js';
export { RowsQuery } from './kpis/answers/rows.query.js';
export { analyticsMigrations } from './migrations/index.js';
export { ticketFactsProjection } from './projection/ticket-facts.projection.js';
export { deriveFact, foldEvent } from './ticket-facts/derive.js';
export { newFold, type TicketFold } from './ticket-facts/fold-state.js';
export { isHandlingEvent, isIntakeEvent } from './ticket-facts/ticket-event.js';
export type { TicketFact } from './ticket-facts/ticket-fact.js';
