import { services } from '@guichet/contracts';
import { defineService, StoredStreams } from '@guichet/service';
import { agentDecider } from './agent/agent.js';
import { AgentHandler } from './agent/agent.handler.js';
import { AgentHttp } from './agent/agent.http.js';
import { AgentProjection } from './agent/agent.projection.js';
import { Agents } from './agent/agent.query.js';
import { DepartmentQueueHttp } from './department-queue/department-queue.http.js';
import { DepartmentQueues } from './department-queue/department-queue.query.js';
import { QueueStream } from './department-queue/queue-stream.http.js';
import { QueuesHttp } from './department-queue/queues.http.js';
import { Queues } from './department-queue/queues.query.js';
import { UnroutedTickets } from './department-queue/unrouted-tickets.runtime.js';
import { DepartmentStates } from './department/department-states.query.js';
import { departmentDecider } from './department/department.js';
import { DepartmentHandler } from './department/department.handler.js';
import { DepartmentHttp } from './department/department.http.js';
import { DepartmentProjection } from './department/department.projection.js';
import { Departments } from './department/department.query.js';
import { deskDecider } from './desk/desk.js';
import { DeskHttp } from './desk/desk.http.js';
import { Sights } from './desk/sight.query.js';
import { AssignmentHttp } from './handling/assignment.http.js';
import { ConversationHttp } from './handling/conversation.http.js';
import { handlingDecider } from './handling/decide.js';
import { HandlingHandler } from './handling/handling.handler.js';
import { ResolutionHttp } from './handling/resolution.http.js';
import { Work } from './handling/work.http.js';
import { ImportHandlingsHandler } from './imports/imports.handler.js';
import { ImportsHttp } from './imports/imports.http.js';
import { OpenedTickets } from './imports/opened-tickets.query.js';
import { IntakePolicy } from './intake.policy.js';
import { ReorganizationPolicy } from './reorganization.policy.js';
import { toPublicEvent } from './routing.publisher.js';
import { TicketSearchHttp } from './ticket-search/ticket-search.http.js';
import { TicketSearchProjection } from './ticket-search/ticket-search.projection.js';
import { TicketSearches } from './ticket-search/ticket-search.query.js';
import { TicketHttp } from './ticket/ticket.http.js';
import { TicketProjection } from './ticket/ticket.projection.js';
import { Tickets } from './ticket/ticket.query.js';
import { TimelineHttp } from './timeline/timeline.http.js';
import { Timelines } from './timeline/timeline.query.js';

/** Routing: departments, agents, and the work on tickets. */
export const RoutingModule = defineService(services.routing, {
  connections: 20,
  deciders: [handlingDecider, departmentDecider, agentDecider, deskDecider],
  publish: toPublicEvent,
  projections: [
    { projection: TicketProjection, reads: ['own', 'received'] },
    { projection: TicketSearchProjection, reads: ['own', 'received'] },
    { projection: DepartmentProjection, reads: ['own'] },
    { projection: AgentProjection, reads: ['own'] },
  ],
  policies: [
    { name: 'intake', policy: IntakePolicy, reads: 'received' },
    { name: 'reorganization', policy: ReorganizationPolicy, reads: 'own' },
  ],
  controllers: [
    ...[DepartmentQueueHttp, QueuesHttp, DepartmentHttp, TicketHttp, AgentHttp, TimelineHttp, ImportsHttp],
    ...[AssignmentHttp, ConversationHttp, ResolutionHttp, DeskHttp, TicketSearchHttp],
  ],
  providers: [
    ...[HandlingHandler, DepartmentHandler, AgentHandler, ImportHandlingsHandler],
    ...[
      Agents,
      Departments,
      DepartmentStates,
      DepartmentQueues,
      Queues,
      UnroutedTickets,
      Tickets,
      TicketSearches,
      Timelines,
      Work,
      Sights,
      QueueStream,
      StoredStreams,
      OpenedTickets,
    ],
  ],
});
