import { services } from '@guichet/contracts';
import { defineService, MergeLock, StaffSight, StoredStreams } from '@guichet/service';
import { StaffSightGuard } from './desk/staff-sight.http.js';
import { ImportTicketsHandler } from './imports/imports.handler.js';
import { ImportsHttp } from './imports/imports.http.js';
import { intakeMigrations } from './migrations/index.js';
import { OwnTickets } from './ticket-search/own-tickets.query.js';
import { TicketSearchHttp } from './ticket-search/ticket-search.http.js';
import { TicketDetails } from './ticket-view/ticket-detail.http.js';
import { behindTheDesk } from './ticket-view/ticket-patch.js';
import { TicketStream } from './ticket-view/ticket-stream.http.js';
import { TicketViewHttp } from './ticket-view/ticket-view.http.js';
import { TicketViewProjection } from './ticket-view/ticket-view.projection.js';
import { TicketViews } from './ticket-view/ticket-view.query.js';
import { TicketNumbers } from './ticket/ticket-number.store.js';
import { MarkSpamHandler, MergeTicketHandler, SplitTicketHandler } from './ticket/merging.handler.js';
import { EndOrReopenHandler, OpenTicketHandler, SendReplyHandler, TicketHandler } from './ticket/ticket.handler.js';
import { ticketDecider } from './ticket/ticket.js';
import { TicketHttp } from './ticket/ticket.http.js';
import { toPublicEvent } from './ticket/ticket.publisher.js';
import { Tickets } from './ticket/tickets.store.js';

/** Intake: the ticket as its requester sees it. */
export const IntakeModule = defineService(services.intake, {
  connections: 20,
  deciders: [ticketDecider],
  publish: toPublicEvent,
  migrations: intakeMigrations,
  projections: [{ projection: TicketViewProjection, reads: ['own', 'received'] }],
  leavesOut: behindTheDesk,
  controllers: [TicketHttp, TicketViewHttp, TicketSearchHttp, ImportsHttp],
  providers: [
    ...[
      TicketHandler,
      OpenTicketHandler,
      SendReplyHandler,
      EndOrReopenHandler,
      MergeTicketHandler,
      MarkSpamHandler,
      SplitTicketHandler,
      ImportTicketsHandler,
    ],
    ...[Tickets, TicketNumbers, MergeLock, StoredStreams, TicketViews, TicketDetails, TicketStream, OwnTickets],
    ...[StaffSight, StaffSightGuard],
  ],
});
