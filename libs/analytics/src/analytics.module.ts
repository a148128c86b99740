import { services } from '@guichet/contracts';
import { Changes, defineService } from '@guichet/service';
import { KpisQuery } from './kpis/answers/kpis.query.js';
import { RowsQuery } from './kpis/answers/rows.query.js';
import { ItemRowsQuery } from './kpis/items/item-rows.query.js';
import { KpiStream } from './kpis/kpi-stream.http.js';
import { KpisHttp } from './kpis/kpis.http.js';
import { analyticsMigrations } from './migrations/index.js';
import { communityFactsProjection } from './projection/community-facts.projection.js';
import { knowledgeFactsProjection } from './projection/knowledge-facts.projection.js';
import { ticketFactsProjection } from './projection/ticket-facts.projection.js';
import { TicketsHttp } from './tickets/tickets.http.js';
import { TicketsQuery } from './tickets/tickets.query.js';

const ticketFacts = {
  provide: 'ticket-facts',
  useFactory: (changes: Changes) =>
    ticketFactsProjection((changed) => changed.forEach(({ tenantId }) => changes.announce(tenantId))),
  inject: [Changes],
};

/** `projectionOf` takes who is told whose figures have changed. */
const factsOfItems = (name: string, projectionOf: typeof knowledgeFactsProjection) => ({
  provide: name,
  useFactory: (changes: Changes) =>
    projectionOf((tenantIds) => tenantIds.forEach((tenantId) => changes.announce(tenantId))),
  inject: [Changes],
});
const knowledgeFacts = factsOfItems('knowledge-facts', knowledgeFactsProjection);
const communityFacts = factsOfItems('community-facts', communityFactsProjection);

/**
 * Analytics: keeps every public event of the services it follows in its received log, folds them into facts and
 * figures, and answers questions about KPIs.
 */
export const AnalyticsModule = defineService(services.analytics, {
  connections: 20,
  deciders: [],
  migrations: analyticsMigrations,
  projections: [
    { projection: ticketFacts, reads: ['received'] },
    { projection: knowledgeFacts, reads: ['received'] },
    { projection: communityFacts, reads: ['received'] },
  ],
  controllers: [KpisHttp, TicketsHttp],
  providers: [KpisQuery, ItemRowsQuery, KpiStream, RowsQuery, TicketsQuery],
});
