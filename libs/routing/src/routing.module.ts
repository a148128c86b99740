import { EventStore, ProjectionAdmin, TenantDatabase } from '@guichet/event-sourcing';
import { type ServiceOptions } from '@guichet/messaging';
import { Standings } from '@guichet/http-host';
import {
  Changes,
  feedOperationsController,
  FollowedAccounts,
  LiveViews,
  OPERATED_FEED,
  operationsController,
  StoredStreams,
  TransactHandler,
} from '@guichet/service';
import { Metrics, ReadinessRegistry } from '@guichet/observability';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { CommandBus, CqrsModule } from '@nestjs/cqrs';
import pg from 'pg';
import { AgentHandler } from './agent/agent.handler.js';
import { AgentHttp } from './agent/agent.http.js';
import { Agents } from './agent/agent.query.js';
import { DepartmentQueueHttp } from './department-queue/department-queue.http.js';
import { DepartmentQueues } from './department-queue/department-queue.query.js';
import { QueueStream } from './department-queue/queue-stream.http.js';
import { DepartmentHandler } from './department/department.handler.js';
import { DepartmentHttp } from './department/department.http.js';
import { DepartmentStates } from './department/department-states.query.js';
import { Departments } from './department/department.query.js';
import { DeskHttp } from './desk/desk.http.js';
import { Sights } from './desk/sight.query.js';
import { Freshness } from './freshness.query.js';
import { AssignmentHttp } from './handling/assignment.http.js';
import { ConversationHttp } from './handling/conversation.http.js';
import { HandlingHandler } from './handling/handling.handler.js';
import { ResolutionHttp } from './handling/resolution.http.js';
import { Work } from './handling/work.http.js';
import { ImportHandlingsHandler } from './imports/imports.handler.js';
import { ImportsHttp } from './imports/imports.http.js';
import { OpenedTickets } from './imports/opened-tickets.query.js';
import { RoutingRuntime } from './routing-runtime.module.js';
import { TicketHttp } from './ticket/ticket.http.js';
import { Tickets } from './ticket/ticket.query.js';
import { TimelineHttp } from './timeline/timeline.http.js';
import { Timelines } from './timeline/timeline.query.js';

/** A part of the runtime, to be injected by its class. */
const part = <T>(token: Type<T>, of: (runtime: RoutingRuntime) => T): Provider => ({
  provide: token,
  useFactory: of,
  inject: [RoutingRuntime],
});

/** Routing: departments, agents, and the work on tickets. Needs PlatformModule in the host. */
@Module({})
export class RoutingModule {
  static register(options: ServiceOptions): DynamicModule {
    return {
      module: RoutingModule,
      imports: [CqrsModule],
      controllers: [
        DepartmentQueueHttp,
        DepartmentHttp,
        TicketHttp,
        AgentHttp,
        AssignmentHttp,
        ConversationHttp,
        ResolutionHttp,
        TimelineHttp,
        DeskHttp,
        ImportsHttp,
        operationsController('routing'),
        feedOperationsController('routing'),
      ],
      providers: [
        {
          provide: RoutingRuntime,
          useFactory: (commands: CommandBus, metrics: Metrics, readiness: ReadinessRegistry) =>
            new RoutingRuntime(options, commands, metrics, readiness),
          inject: [CommandBus, Metrics, ReadinessRegistry],
        },
        { provide: OPERATED_FEED, useValue: options.feed },
        part(ProjectionAdmin, ({ admin }) => admin),
        part(pg.Pool, ({ pool }) => pool),
        part(EventStore, ({ events }) => events),
        part(TenantDatabase, ({ database }) => database),
        part(DepartmentStates, ({ departmentStates }) => departmentStates),
        part(Departments, ({ departments }) => departments),
        {
          provide: FollowedAccounts,
          useFactory: ({ pool, database, receivedLog }: RoutingRuntime, standings: Standings) => {
            const { wake } = receivedLog.reader;
            const { pollMs } = options;
            return new FollowedAccounts(
              { service: 'routing', pool, database, table: 'received_log', wake, pollMs },
              standings,
            );
          },
          inject: [RoutingRuntime, Standings],
        },
        part(Changes, ({ changes }) => changes),
        part(Timelines, ({ timelines }) => timelines),
        part(Freshness, ({ freshness }) => freshness),
        ...[HandlingHandler, DepartmentHandler, AgentHandler, ImportHandlingsHandler, TransactHandler],
        ...[StoredStreams, OpenedTickets, Sights, Work, Agents, Tickets, DepartmentQueues, QueueStream, LiveViews],
      ],
    };
  }
}
