import { ProjectionAdmin, ProjectionRunner, TenantDatabase } from '@guichet/event-sourcing';
import { type ServiceOptions, ReceivedLog } from '@guichet/messaging';
import { Standings } from '@guichet/http-host';
import {
  Changes,
  FollowedAccounts,
  feedOperationsController,
  LiveViews,
  OPERATED_FEED,
  operationsController,
} from '@guichet/service';
import { Metrics, ReadinessRegistry } from '@guichet/observability';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { AnalyticsRuntime } from './analytics-runtime.module.js';
import { Freshness } from './freshness.query.js';
import { KpiStream } from './kpis/kpi-stream.http.js';
import { KpisHttp } from './kpis/kpis.http.js';
import { KpisQuery } from './kpis/answers/kpis.query.js';
import { RowsQuery } from './kpis/answers/rows.query.js';
import { TicketsHttp } from './tickets/tickets.http.js';
import { TicketsQuery } from './tickets/tickets.query.js';

/** A part of the runtime, to be injected by its class. */
const part = <T>(token: Type<T>, of: (runtime: AnalyticsRuntime) => T): Provider => ({
  provide: token,
  useFactory: of,
  inject: [AnalyticsRuntime],
});

/**
 * Analytics: keeps every public event of intake and routing in its received log, folds them into facts and figures, and
 * answers questions about KPIs. Needs PlatformModule in the host.
 */
@Module({})
export class AnalyticsModule {
  static register(options: ServiceOptions): DynamicModule {
    return {
      module: AnalyticsModule,
      controllers: [KpisHttp, TicketsHttp, operationsController('analytics'), feedOperationsController('analytics')],
      providers: [
        {
          provide: AnalyticsRuntime,
          useFactory: (metrics: Metrics, readiness: ReadinessRegistry) =>
            new AnalyticsRuntime(options, metrics, readiness),
          inject: [Metrics, ReadinessRegistry],
        },
        { provide: OPERATED_FEED, useValue: options.feed },
        part(ReceivedLog, ({ receivedLog }) => receivedLog),
        part(TenantDatabase, ({ database }) => database),
        part(ProjectionRunner, ({ runner }) => runner),
        part(ProjectionAdmin, ({ admin }) => admin),
        {
          provide: FollowedAccounts,
          useFactory: ({ pool, database, receivedLog }: AnalyticsRuntime, standings: Standings) => {
            const { wake } = receivedLog.reader;
            const { pollMs } = options;
            return new FollowedAccounts(
              { service: 'analytics', pool, database, table: 'received_log', wake, pollMs },
              standings,
            );
          },
          inject: [AnalyticsRuntime, Standings],
        },
        part(Changes, ({ changes }) => changes),
        ...[Freshness, KpisQuery, KpiStream, LiveViews, RowsQuery, TicketsQuery],
      ],
    };
  }
}
