import { EventStore, LogReader, ProjectionAdmin, ProjectionRunner, TenantDatabase } from '@guichet/event-sourcing';
import { type ServiceOptions, ReceivedLog } from '@guichet/messaging';
import { Standings } from '@guichet/http-host';
import {
  Changes,
  feedOperationsController,
  FollowedAccounts,
  LiveViews,
  OPERATED_FEED,
  operationsController,
  StoredStreams,
} from '@guichet/service';
import { Metrics, ReadinessRegistry } from '@guichet/observability';
import { type Abstract, type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import pg from 'pg';
import { StaffSightGuard } from './desk/staff-sight.http.js';
import { StaffSight } from './desk/staff-sight.query.js';
import { ImportTicketsHandler } from './imports/imports.handler.js';
import { ImportsHttp } from './imports/imports.http.js';
import { IntakeRuntime } from './intake-runtime.module.js';
import { TicketViewFreshness } from './ticket-view/ticket-view-freshness.query.js';
import { TicketDetails } from './ticket-view/ticket-detail.http.js';
import { TicketStream } from './ticket-view/ticket-stream.http.js';
import { TicketViewHttp } from './ticket-view/ticket-view.http.js';
import { TicketViews } from './ticket-view/ticket-view.query.js';
import { MergeLock } from './ticket/merge-lock.store.js';
import { MarkSpamHandler, MergeTicketHandler, SplitTicketHandler } from './ticket/merging.handler.js';
import { TicketNumbers } from './ticket/ticket-number.store.js';
import { EndOrReopenHandler, OpenTicketHandler, SendReplyHandler, TicketHandler } from './ticket/ticket.handler.js';
import { TicketHttp } from './ticket/ticket.http.js';
import { Tickets } from './ticket/tickets.store.js';

/** A part of the runtime, to be injected by its class. */
const part = <T>(token: Type<T> | Abstract<T>, of: (runtime: IntakeRuntime) => T): Provider => ({
  provide: token,
  useFactory: of,
  inject: [IntakeRuntime],
});

/** Intake: the ticket as its requester sees it. Needs PlatformModule in the host. */
@Module({})
export class IntakeModule {
  static register(options: ServiceOptions): DynamicModule {
    return {
      module: IntakeModule,
      imports: [CqrsModule],
      controllers: [
        TicketHttp,
        TicketViewHttp,
        ImportsHttp,
        operationsController('intake'),
        feedOperationsController('intake'),
      ],
      providers: [
        {
          provide: IntakeRuntime,
          useFactory: (metrics: Metrics, readiness: ReadinessRegistry) =>
            new IntakeRuntime(options, metrics, readiness),
          inject: [Metrics, ReadinessRegistry],
        },
        { provide: OPERATED_FEED, useValue: options.feed },
        part(pg.Pool, ({ pool }) => pool),
        part(EventStore, ({ events }) => events),
        part(LogReader, ({ log }) => log),
        part(ReceivedLog, ({ receivedLog }) => receivedLog),
        part(TenantDatabase, ({ database }) => database),
        part(ProjectionRunner, ({ runner }) => runner),
        part(ProjectionAdmin, ({ admin }) => admin),
        {
          provide: FollowedAccounts,
          useFactory: ({ pool, database, receivedLog }: IntakeRuntime, standings: Standings) => {
            const { wake } = receivedLog.reader;
            const { pollMs } = options;
            return new FollowedAccounts(
              { service: 'intake', pool, database, table: 'received_log', wake, pollMs },
              standings,
            );
          },
          inject: [IntakeRuntime, Standings],
        },
        part(Changes, ({ changes }) => changes),
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
        ...[
          Tickets,
          TicketNumbers,
          MergeLock,
          StoredStreams,
          TicketViews,
          TicketViewFreshness,
          TicketDetails,
          TicketStream,
          StaffSight,
          StaffSightGuard,
          LiveViews,
        ],
      ],
    };
  }
}
