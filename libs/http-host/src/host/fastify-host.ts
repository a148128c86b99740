/** Fastify as every host uses it: limits, correlation, security headers, problems instead of its own errors. */
import type { Socket } from 'node:net';
import helmet from '@fastify/helmet';
import {
  fastify as createServer,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  type onRequestHookHandler,
} from 'fastify';
import type { LimitSettings } from '@guichet/config';
import { bodyLimitBytes, mustBePlainUtf8, readJsonBody, unsupportedMediaType } from '../http/json-body.js';
import { Problem } from '../http/problem.js';
import { isStreamed, streamType } from '../http/streamed-body.js';
import { ProblemFilter, problemFrom } from '../http/problem.filter.js';
import { correlationFrom, withCorrelation } from '@guichet/observability';
import { AnswerAdapter } from './answer-adapter.js';
import { Answers } from './answers.js';

const problems = new ProblemFilter();

/** For answers that come before helmet has run: what it would say of a page that has nothing to show. */
export const strictHeaders = {
  'content-security-policy': "default-src 'none';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
} as const;

/** For bytes that are not even HTTP: there is no request yet, so the answer is written by hand. */
function refuseBytes(error: Error & { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
  const status = statuses[error.code ?? ''] ?? 400;
  const code = { 400: 'malformed-http', 408: 'request-timeout', 431: 'headers-too-large' }[status] ?? 'malformed-http';
  const { correlationId } = correlationFrom({});
  const body = JSON.stringify(new Problem(status, code).document(correlationId));
  const head = [
    `HTTP/1.1 ${status} ${code}`,
    'content-type: application/problem+json; charset=utf-8',
    ...Object.entries(strictHeaders).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/** What is wrong with a body is said only after the caller is known: whoever has no token learns nothing but that. */
function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    try {
      mustBePlainUtf8(request.headers);
      done(null, readJsonBody(body as Buffer));
    } catch (error) {
      request.unreadable = problemFrom(error);
      done(null, undefined);
    }
  });
  fastify.addContentTypeParser('*', { parseAs: 'buffer' }, (request, _body, done) => {
    request.unreadable = unsupportedMediaType();
    done(null, undefined);
  });
  fastify.addContentTypeParser(streamType, (request, payload, done) => {
    if (isStreamed(request)) return done(null, payload);
    request.unreadable = unsupportedMediaType();
    payload.resume();
    done(null, undefined);
  });
}

/**
 * What helmet says of every answer. It says the same each time, for a twentieth of a request's processor time: it is
 * asked once.
 */
async function securityHeaders(): Promise<Readonly<Record<string, string>>> {
  const asked = createServer();
  await asked.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        connectSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
  });
  asked.get('/', (_request, reply) => reply.send(reply.raw.getHeaders()));
  const answer = await asked.inject('/');
  await asked.close();
  return answer.json();
}

export interface FastifyHost {
  readonly adapter: AnswerAdapter;
  /** Asks this of every request first: before helmet, routing to handlers and bodies cost anything. */
  askFirst(gate: onRequestHookHandler): void;
  /** From now on each connection ends with its next answer, which says so (`Connection: close`). */
  beginLeaving(): void;
  /** From now on new requests get 503 as well. */
  beginStopping(): void;
}

export async function createFastifyHost({
  trustedProxies,
}: Pick<LimitSettings, 'trustedProxies'>): Promise<FastifyHost> {
  let stopping = false;
  let gate: onRequestHookHandler | undefined;
  const adapter = new AnswerAdapter({
    bodyLimit: bodyLimitBytes,
    routerOptions: { maxParamLength: 500 },
    // Our own onRequest hook says it as a problem.
    return503OnClosing: false,
    requestTimeout: 60_000,
    // How soon a request that takes longer is found: with Node's own half minute it could take 90 seconds.
    http: { connectionsCheckingInterval: 2_000 },
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    clientErrorHandler: refuseBytes,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      problems.answer(error, request, reply.headers(strictHeaders)),
  });
  const fastify = adapter.getInstance();
  const answers = new Answers(fastify.server);
  fastify.decorateRequest('principal', undefined);
  fastify.decorateRequest('verified', undefined);
  fastify.decorateRequest('correlation', null as never);
  fastify.decorateRequest('after', null as never);
  fastify.decorateRequest('deadline', undefined);
  fastify.decorateRequest('isAdmitted', false);
  fastify.decorateRequest('isRefused', false);
  fastify.decorateRequest('isCharged', false);
  fastify.decorateRequest('party', undefined);
  fastify.decorateRequest('verifying', undefined);
  fastify.decorateRequest('place', undefined);
  fastify.decorateRequest('unreadable', undefined);
  readBodies(fastify);

  fastify.addHook('onRequest', (request, reply, done) => {
    request.correlation = correlationFrom(request.headers);
    void reply.header('x-correlation-id', request.correlation.correlationId);
    if (stopping && !request.url.startsWith('/health/')) {
      done(new Problem(503, 'stopping', { detail: 'This host is stopping.', headers: { 'retry-after': '2' } }));
    } else withCorrelation(request.correlation, done);
  });
  fastify.addHook('onRequest', function (request, reply, done) {
    if (gate === undefined) done();
    else gate.call(this, request, reply, done);
  });
  // Reading the body leaves the asynchronous context of the first hook: enter it again.
  fastify.addHook('preValidation', (request, _reply, done) => withCorrelation(request.correlation, done));
  fastify.addHook('onSend', (_request, reply, payload, done) => {
    if (!reply.hasHeader('cache-control')) void reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  const always = await securityHeaders();
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(always);
    done();
  });
  return {
    adapter,
    askFirst: (hook) => void (gate = hook),
    beginLeaving: () => answers.beLast(),
    beginStopping: () => void (stopping = true),
  };
}
