import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { JWTVerifyGetKey } from 'jose';
import { AccessTokenGuard } from '../auth/access-token.guard.js';
import { AccessTokens } from '../auth/access-tokens.js';
import { Standings } from '../auth/standings.js';
import type { PlatformSettings } from '@guichet/config';
import { Cursors } from '../http/cursor.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { LiveStreams } from '../http/sse.js';
import { strictValidation } from '../http/strict-pipe.js';
import { Admission } from '../limits/admission.js';
import { DescribedRoutes } from '../openapi/described-routes.js';
import { RateLimits } from '../limits/rate-limits.js';
import { Metrics } from '@guichet/observability';
import { ReadinessRegistry } from '@guichet/observability';

/** What every service of a host can inject: Metrics, ReadinessRegistry, Cursors, LiveStreams, AccessTokens. */
@Global()
@Module({})
export class PlatformModule {
  static register(settings: PlatformSettings, keys?: JWTVerifyGetKey): DynamicModule {
    const shared = [
      Metrics,
      ReadinessRegistry,
      LiveStreams,
      Standings,
      DescribedRoutes,
      { provide: RateLimits, useFactory: (metrics: Metrics) => new RateLimits(settings, metrics), inject: [Metrics] },
      { provide: Admission, useFactory: (metrics: Metrics) => new Admission(settings, metrics), inject: [Metrics] },
      { provide: AccessTokens, useValue: new AccessTokens(settings, keys) },
      { provide: Cursors, useValue: new Cursors(settings.cursorSecret) },
    ];
    return {
      module: PlatformModule,
      providers: [
        ...shared,
        { provide: APP_GUARD, useClass: AccessTokenGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useFactory: strictValidation },
      ],
      exports: shared,
    };
  }
}
