import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type DynamicModule, Logger, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import type { JWTVerifyGetKey } from 'jose';
import type { PlatformSettings } from '@guichet/config';
import { LiveStreams } from '../http/sse.js';
import { createLogger, NestPinoLogger } from '@guichet/observability';
import { AccessTokens } from '../auth/access-tokens.js';
import { Admission } from '../limits/admission.js';
import { limitRequests } from '../limits/limit-requests.js';
import { Gateways } from '../limits/gateways.js';
import { RateLimits } from '../limits/rate-limits.js';
import { Metrics } from '@guichet/observability';
import { NotReady, ReadinessRegistry } from '@guichet/observability';
import { serveDocs } from '../openapi/serve-docs.js';
import { createFastifyHost, type FastifyHost } from './fastify-host.js';
import { observeRequests, serveOperations, tellBuild } from './operations.js';
import { PlatformModule } from './platform.module.js';

/** One service of a host: everything it serves is below `/<name>/`. */
export interface HostedService {
  readonly name: string;
  readonly module: DynamicModule | Type;
  /** For the OpenAPI document. */
  readonly title?: string;
  readonly description?: string;
}

export interface BootstrapOptions {
  /** Of the process, on each line of its log; the service's name if not given. */
  readonly name?: string;
  readonly services: readonly HostedService[];
  readonly settings: PlatformSettings;
  /** The issuer's keys, where it is in this process (or in a test); otherwise the issuer is asked for them. */
  readonly keys?: JWTVerifyGetKey;
  /** Adds routes beside those of the services. */
  readonly mount?: (fastify: FastifyInstance) => void;
}

export interface RunningHost {
  readonly app: NestFastifyApplication;
  /** `http://127.0.0.1:3000`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  /**
   * Is not ready from now on, and serves on for `shutdownDelaySeconds`, so that gateways send requests and live streams
   * elsewhere before anything is refused. Then refuses new requests, finishes those it has accepted (for
   * `shutdownGraceSeconds` at most), stops runners and closes databases. Calling it again waits for the same end.
   */
  stop(how?: StopOptions): Promise<void>;
}

export interface StopOptions {
  /** Without `shutdownDelaySeconds`; also when it has begun already. */
  readonly atOnce?: boolean;
}

/** Why a host cannot start, or go on, in words for the person who starts it. */
export class StartupError extends Error {
  override readonly name = 'StartupError';
}

export function portProblem(error: NodeJS.ErrnoException, host: string, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new StartupError(
      `Port ${port} on ${host} is in use by another program. Stop it, or start with another one: PORT=${port + 1}.`,
    );
  }
  if (error.code === 'EACCES') return new StartupError(`Port ${port} on ${host} needs rights this user does not have.`);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new StartupError(`HOST=${host} is not an address of this machine.`);
  }
  return error;
}

/** Before anything slow or lasting is begun. @throws StartupError that names the port and what to do. */
export async function assertPortFree(host: string, port: number): Promise<void> {
  if (port === 0) return;
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portProblem(error, host, port)));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve()));
  });
}

@Module({})
class HostModule {}

async function closeServer(fastify: FastifyInstance, graceSeconds: number): Promise<void> {
  const overdue = setTimeout(() => fastify.server.closeAllConnections(), graceSeconds * 1000);
  // Connections between two requests hold nothing that was accepted.
  const idle = setInterval(() => fastify.server.closeIdleConnections(), 50);
  await fastify.close();
  clearInterval(idle);
  clearTimeout(overdue);
}

type StopSettings = Pick<PlatformSettings, 'shutdownDelaySeconds' | 'shutdownGraceSeconds'>;

/** How a host ends. The delay is for a host that gateways know of: one that has never been ready needs none. */
function stopper(
  app: NestFastifyApplication,
  host: FastifyHost,
  { shutdownDelaySeconds, shutdownGraceSeconds }: StopSettings,
): RunningHost['stop'] {
  const log = new Logger('Host');
  const hurry = new AbortController();
  const delayMs = shutdownDelaySeconds * 1000;
  let stopped: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    const live = app.get(LiveStreams);
    host.beginLeaving();
    if (delayMs > 0 && !hurry.signal.aborted) {
      log.log(`Stopping: not ready from now on, serving on for ${shutdownDelaySeconds} s.`);
      live.moveAway(delayMs);
      // Only hurry rejects it.
      await pause(delayMs, undefined, { signal: hurry.signal }).catch(() => undefined);
    }
    host.beginStopping();
    live.closeAll();
    // Nest alone would stop the runners first, under requests that still wait for them.
    await closeServer(app.getHttpAdapter().getInstance(), shutdownGraceSeconds);
    await app.close();
  };
  return ({ atOnce = false } = {}) => {
    if (atOnce) hurry.abort();
    return (stopped ??= stop());
  };
}

/** @throws StartupError if the port cannot be had, and whatever a service throws while it starts. */
export async function bootstrap({ services, settings, keys, mount, ...own }: BootstrapOptions): Promise<RunningHost> {
  const { host, port } = settings;
  const { name = services[0]?.name ?? 'host' } = own;
  await assertPortFree(host, port);
  const fastifyHost = await createFastifyHost(settings);
  const modules = services.map(({ module }) => module);
  const root = { module: HostModule, imports: [PlatformModule.register(settings, keys), ...modules] };
  const app = await NestFactory.create<NestFastifyApplication>(root, fastifyHost.adapter, {
    logger: new NestPinoLogger(createLogger(name, settings)),
    bodyParser: false,
    abortOnError: false,
  });
  const stop = stopper(app, fastifyHost, settings);
  try {
    let notReady: string | undefined = 'starting';
    const [readiness, metrics] = [app.get(ReadinessRegistry), app.get(Metrics)];
    readiness.register('started', () => {
      if (notReady !== undefined) throw new NotReady(notReady);
    });
    const fastify = app.getHttpAdapter().getInstance();
    fastifyHost.adapter.live = app.get(LiveStreams);
    observeRequests(fastify, metrics, app.get(LiveStreams));
    tellBuild(
      metrics,
      services.map(({ name }) => name),
    );
    limitRequests(fastifyHost, {
      limits: app.get(RateLimits),
      admission: app.get(Admission),
      tokens: app.get(AccessTokens),
      gateways: new Gateways(settings, metrics),
    });
    serveOperations(fastify, readiness, metrics, settings.metricsToken);
    mount?.(fastify);
    services.forEach((service) => serveDocs(fastify, app, service));
    await app.listen({ port, host }).catch((error: unknown) => {
      throw portProblem(error as NodeJS.ErrnoException, host, port);
    });
    notReady = undefined;
    const address = app.getHttpServer().address() as { readonly port: number };
    return {
      app,
      url: `http://${reachable(host)}:${address.port}`,
      port: address.port,
      stop: (how) => {
        notReady = 'stopping';
        return stop(how);
      },
    };
  } catch (error) {
    await stop({ atOnce: true });
    throw error;
  }
}

/** An address to type, for one that stands for all. */
export function reachable(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
