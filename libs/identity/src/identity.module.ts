import { EventStore, ProjectionAdmin } from '@guichet/event-sourcing';
import { ConfigurationError } from '@guichet/config';
import { Metrics, ReadinessRegistry } from '@guichet/observability';
import {
  feedOperationsController,
  FollowedAccounts,
  OPERATED_FEED,
  operationsController,
  TransactHandler,
} from '@guichet/service';
import { type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { Standings } from '@guichet/http-host';
import { HttpAdapterHost } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { ClientHttp } from './client/client.http.js';
import { Directory } from './directory/directory.query.js';
import { IdentityRuntime } from './identity-runtime.module.js';
import { type IdentityOptions, productionProblems } from './identity.settings.js';
import { Secrets } from './secrets.js';
import { RoleSourceHttp } from './tenant/role-source.http.js';
import { TenantHttp } from './tenant/tenant.http.js';
import { Profiles } from './user/profiles.store.js';
import { UserHandler } from './user/user.handler.js';
import { UserHttp } from './user/user.http.js';

/** A part of the runtime, to be injected by its class. */
const part = <T>(token: Type<T>, of: (runtime: IdentityRuntime) => T): Provider => ({
  provide: token,
  useFactory: of,
  inject: [IdentityRuntime],
});

/** Identity: tenants, people, service accounts, and the issuer of access tokens. Needs PlatformModule in the host. */
@Module({})
export class IdentityModule {
  /** @throws ConfigurationError for demo secrets or a demo client in production mode. */
  static register(options: IdentityOptions): DynamicModule {
    const problems = productionProblems(options);
    if (problems.length > 0) throw new ConfigurationError(problems);
    const runtime: Provider = {
      provide: IdentityRuntime,
      useFactory: (host: HttpAdapterHost, metrics: Metrics, readiness: ReadinessRegistry) =>
        new IdentityRuntime(options, host, metrics, readiness),
      inject: [HttpAdapterHost, Metrics, ReadinessRegistry],
    };
    return {
      module: IdentityModule,
      imports: [CqrsModule],
      controllers: [
        TenantHttp,
        RoleSourceHttp,
        UserHttp,
        ClientHttp,
        operationsController('identity'),
        feedOperationsController('identity'),
      ],
      providers: [
        runtime,
        { provide: OPERATED_FEED, useValue: options.feed },
        part(EventStore, ({ events }) => events),
        part(Profiles, ({ profiles }) => profiles),
        part(Secrets, ({ secrets }) => secrets),
        part(ProjectionAdmin, ({ admin }) => admin),
        {
          provide: FollowedAccounts,
          useFactory: ({ pool, database, wake }: IdentityRuntime, standings: Standings) =>
            // What is written here counts at once, also what another replica has written.
            new FollowedAccounts(
              { service: 'identity', pool, database, table: 'event_log', wake, rememberedMs: 0 },
              standings,
            ),
          inject: [IdentityRuntime, Standings],
        },
        part(Directory, ({ directory }) => directory),
        ...[UserHandler, TransactHandler],
      ],
    };
  }
}
