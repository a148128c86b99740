/**
 * What a host answers at its root for those who run it: /health/live, /health/ready, /metrics; and how it measures
 * itself.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { Logger } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import type { LiveStreams } from '../http/sse.js';
import { build, type Metrics } from '@guichet/observability';
import type { ReadinessRegistry } from '@guichet/observability';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

function mustKnow(token: string, { headers: { authorization = '' } }: FastifyRequest): void {
  if (timingSafeEqual(digest(authorization), digest(`Bearer ${token}`))) return;
  throw new Problem(401, 'not-authenticated', { headers: { 'www-authenticate': 'Bearer' } });
}

/** A gateway on this machine says for whom it asks. */
function mustBeFromHere({ socket, headers }: FastifyRequest): void {
  const isForwarded = headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined;
  if (!isForwarded && /^(?:::ffff:)?127\.|^::1$/.test(socket.remoteAddress ?? '')) return;
  throw new Problem(403, 'metrics-token-needed', {
    detail: 'Without METRICS_TOKEN the metrics are for this machine only.',
  });
}

export function serveOperations(
  fastify: FastifyInstance,
  readiness: ReadinessRegistry,
  metrics: Metrics,
  metricsToken: string | undefined,
): void {
  fastify.get('/health/live', async (_request, reply) => {
    const report = await readiness.alive();
    return reply.status(report.status === 'live' ? 200 : 503).send(report);
  });
  fastify.get('/health/ready', async (_request, reply) => {
    const report = await readiness.report();
    return reply.status(report.status === 'ready' ? 200 : 503).send(report);
  });
  fastify.get('/metrics', async (request, reply) => {
    if (metricsToken === undefined) mustBeFromHere(request);
    else mustKnow(metricsToken, request);
    return reply.type(metrics.registry.contentType).send(await metrics.text());
  });
}

/** One series a service, whose value says nothing: which version runs where is in the labels. */
export function tellBuild(metrics: Metrics, services: readonly string[]): void {
  const { version, commit, node } = build;
  const labels = ['service', 'version', 'commit', 'node'] as const;
  const info = metrics.gauge('guichet_build_info', 'Always 1: the labels tell which build runs', labels);
  for (const service of services) info.set({ service, version, commit, node }, 1);
}

const isOperations = (route: string): boolean => route.startsWith('/health/') || route === '/metrics';

/**
 * Durations by route template and status (never by address: ids would make a series each), and one log line a request.
 */
export function observeRequests(fastify: FastifyInstance, metrics: Metrics, live: LiveStreams): void {
  const log = new Logger('Http');
  const labels = ['method', 'route', 'status'] as const;
  const durations = metrics.histogram('guichet_http_request_duration_seconds', 'Time to answer HTTP requests', labels);
  metrics.observe('guichet_http_live_streams', 'Open Server-Sent Event streams', [], async () => [
    { labels: {}, value: live.count },
  ]);
  fastify.addHook('onResponse', (request, reply, done) => {
    const { method } = request;
    const route = request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
    const status = reply.statusCode;
    durations.observe({ method, route, status }, reply.elapsedTime / 1000);
    // Refusals share a line.
    if (!isOperations(route) && !request.isRefused) {
      const { correlationId, tenantId } = request.correlation;
      const ms = Math.round(reply.elapsedTime * 10) / 10;
      log.log({
        msg: `${method} ${route} ${status}`,
        ms,
        correlationId,
        ...(tenantId === undefined ? {} : { tenantId }),
      });
    }
    done();
  });
}
