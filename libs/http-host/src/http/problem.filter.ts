import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import {
  BuildMissing,
  CommandReused,
  ConcurrencyConflict,
  DomainError,
  OperationUnderWay,
  StaleVersion,
  StoreOverloaded,
  UnstorablePayload,
} from '@guichet/event-sourcing';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { correlationFrom } from '@guichet/observability';
import { Problem } from './problem.js';

const codes: Readonly<Record<number, readonly [code: string, detail?: string]>> = {
  400: ['bad-request'],
  401: ['not-authenticated'],
  403: ['not-allowed'],
  404: ['not-found', 'There is nothing at this address.'],
  405: ['method-not-allowed'],
  406: ['not-acceptable'],
  408: ['request-timeout'],
  409: ['conflict'],
  413: ['body-too-large', 'The body is larger than 1 MiB.'],
  414: ['address-too-long'],
  415: ['unsupported-media-type', 'Send application/json in UTF-8.'],
  429: ['too-many-requests'],
  431: ['headers-too-large'],
};

/** By status alone: what frameworks say in their errors is theirs, and may change. */
function byStatus(status: number, cause: unknown): Problem {
  const [code, detail] = codes[status] ?? ['bad-request'];
  return new Problem(status, code, { cause, ...(detail === undefined ? {} : { detail }) });
}

const domainStatus = { refused: 409, forbidden: 403, unknown: 404, invalid: 422 } as const;

function ofEventStore(error: unknown): Problem | undefined {
  if (error instanceof DomainError) {
    const { code, message: detail, details, kind } = error;
    return new Problem(domainStatus[kind], code, { detail, extensions: { details }, cause: error });
  }
  if (error instanceof StaleVersion) {
    const extensions = { expectedVersion: error.expected, actualVersion: error.actual };
    const detail = `Somebody else has changed it: it is at version ${error.actual} now.`;
    return new Problem(412, 'stale-version', {
      detail,
      extensions,
      headers: { etag: `"${error.actual}"` },
      cause: error,
    });
  }
  if (error instanceof CommandReused) {
    const detail = 'This Idempotency-Key was used for another request before.';
    return new Problem(409, 'idempotency-key-reused', { detail, cause: error });
  }
  if (error instanceof OperationUnderWay || error instanceof BuildMissing) {
    const code = error instanceof BuildMissing ? 'build-missing' : 'operation-under-way';
    return new Problem(409, code, { detail: error.message, cause: error });
  }
  if (error instanceof ConcurrencyConflict) {
    const detail = 'Too many others changed it at the same time. Nothing was done; try again.';
    return new Problem(409, 'concurrent-change', { detail, cause: error });
  }
  if (error instanceof UnstorablePayload) {
    const detail = 'The request holds text or a time that cannot be stored.';
    return new Problem(400, 'unstorable-payload', { detail, cause: error });
  }
  if (error instanceof StoreOverloaded) {
    const detail = 'Too many writes are waiting. Nothing was done; try again.';
    return new Problem(503, 'overloaded', { detail, headers: { 'retry-after': '1' }, cause: error });
  }
  return undefined;
}

/**
 * Connection refused or lost, server starting or stopping, too many connections: not the caller's fault, and it passes.
 * 08P01 is none of them: the server understood the connection well, but not what our statement sent on it.
 */
const databaseGone =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|ENETUNREACH|EHOSTUNREACH|EAI_AGAIN|080\w{2}|57P0[1-35]|53300)$/;
const poolGone =
  /^(?:timeout exceeded when trying to connect|Connection terminated|Client has encountered a connection error)/;

function isDatabaseGone(error: Error): boolean {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  if (code === 'ENOENT' && syscall === 'connect') return true; // the socket of a server that has ended
  return (typeof code === 'string' && databaseGone.test(code)) || poolGone.test(error.message);
}

const statusOf = (error: Error): number | undefined => {
  const { statusCode } = error as { readonly statusCode?: unknown };
  return typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500 ? statusCode : undefined;
};

/** Every error as a problem. What it knows nothing of is a 500 that says nothing but the correlation id. */
export function problemFrom(error: unknown): Problem {
  if (error instanceof Problem) return error;
  const known = ofEventStore(error);
  if (known !== undefined) return known;
  if (error instanceof HttpException && error.getStatus() < 500) return byStatus(error.getStatus(), error);
  if (error instanceof Error) {
    // Fastify's own errors: too large, wrong content type, bad address ...
    const status = statusOf(error);
    if (status !== undefined) return byStatus(status, error);
    if (isDatabaseGone(error)) {
      const detail = 'The database cannot be reached now; try again.';
      return new Problem(503, 'database-unavailable', { detail, headers: { 'retry-after': '2' }, cause: error });
    }
  }
  return new Problem(500, 'internal-error', {
    detail: 'Something went wrong here. The correlation id finds it in the log.',
    cause: error,
  });
}

@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Also for errors that come before any hook has run, such as a malformed address. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const problem = problemFrom(error);
    // Decorated with null until the first hook: a malformed address never gets there.
    const { correlationId } =
      (request.correlation as typeof request.correlation | null) ?? correlationFrom(request.headers);
    const line = { msg: problem.code, status: problem.status, correlationId };
    const { message: detail, cause } = problem;
    if (problem.status === 500) this.log.error({ ...line, detail }, cause);
    else if (problem.status > 500) this.log.warn({ ...line, detail }, cause);
    // Details of a refusal, and messages of its cause, repeat what was sent: that is not for the log.
    else this.log.debug({ ...line, ...(cause instanceof Error && { cause: cause.name }) });
    if (reply.sent) return;
    void reply
      .status(problem.status)
      .headers(problem.headers)
      .header('x-correlation-id', correlationId)
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem.document(correlationId)));
  }
}
