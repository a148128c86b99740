import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Actor, type EventContext, uuid5 } from '@guichet/event-sourcing';
import type { FastifyRequest } from 'fastify';
import { isForReaders, type Principal } from '../auth/principal.js';
import type { Role } from '../auth/roles.js';
import { Deadline } from '../http/deadline.js';
import { Problem } from '../http/problem.js';
import type { Correlation } from '@guichet/observability';
import { hashRequest } from './canonical-json.js';
import { parseIdempotencyKey, parseIfMatch, parseReaderKey } from './headers.js';

/** Command ids of all services are derived under this namespace. Never change it: retries would be applied again. */
const commandNamespace = '8c6f6d0e-5a3b-5d0f-9f55-0c5c1b1f2a77';

/** The people who work here, whatever they work on. */
const workers: readonly Role[] = ['agent', 'supervisor', 'admin', 'author', 'translator', 'editor', 'moderator'];

/** How long a request may wait in all to see what its caller has written. */
const maxWaitMs = 5_000;

/** What makes a repeated request the same command, whichever process gets it. */
export interface RepeatableCommand {
  /** Empty for a token without a tenant. */
  readonly tenantId: string;
  readonly subject: string;
  readonly operation: string;
  /** The request's `Idempotency-Key`. */
  readonly key: string;
}

/** The command's id: that of its first event. */
export const commandIdOf = ({ tenantId, subject, operation, key }: RepeatableCommand): string =>
  uuid5(commandNamespace, JSON.stringify([tenantId, subject, operation, key]));

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the authentication guard; undefined on public routes. */
    principal: Principal | undefined;
    /** As its token says, before what has changed since. */
    verified: Principal | undefined;
    correlation: Correlation;
    /** Why the body could not be read; the guard refuses it once the caller is known. */
    unreadable: Problem | undefined;
    /** What `Guichet-After` and `?after=` ask for. */
    after: Readonly<Record<string, number>>;
    /** Set by the first wait for what `after` asks for. */
    deadline: Deadline | undefined;
  }
}

/** Who asks, for which tenant, under which conditions. Everything in it comes from the token and the headers only. */
export class RequestContext {
  constructor(
    private readonly request: FastifyRequest,
    private readonly principal: Principal,
    private readonly body: unknown = request.body,
  ) {}

  /** The same request, for one whose body is a stream: `body` stands for it where requests are compared. */
  saying(body: object): RequestContext {
    return new RequestContext(this.request, this.principal, body);
  }

  /** @throws Problem 403 for a token without a tenant, as an operator's may be. */
  get tenantId(): string {
    if (this.principal.tenantId === undefined) {
      throw new Problem(403, 'no-tenant', { detail: 'This access token belongs to no tenant.' });
    }
    return this.principal.tenantId;
  }

  /** Whether the token names a tenant at all. */
  get hasTenant(): boolean {
    return this.principal.tenantId !== undefined;
  }

  get tenantSlug(): string {
    return this.principal.tenantSlug ?? '';
  }

  /** The `sub` claim: the person's or service account's id. An agent's is their agentId. */
  get subject(): string {
    return this.principal.subject;
  }

  get name(): string | undefined {
    return this.principal.name;
  }

  get email(): string | undefined {
    return this.principal.email;
  }

  get roles(): readonly Role[] {
    return this.principal.roles;
  }

  is(...any: readonly Role[]): boolean {
    return any.some((role) => this.principal.roles.includes(role));
  }

  /** IANA zone of the tenant (claim `zoneinfo`); UTC if the token names none. */
  get timeZone(): string {
    return this.principal.timeZone;
  }

  get correlationId(): string {
    return this.request.correlation.correlationId;
  }

  get traceparent(): string | undefined {
    return this.request.correlation.traceparent;
  }

  get userAgent(): string | undefined {
    return this.request.headers['user-agent'];
  }

  /**
   * For whom a portal asks with a token of its own, from `Guichet-Reader`; undefined where the token is a person's.
   * @throws Problem 400 if malformed.
   */
  get readerKey(): string | undefined {
    return isForReaders(this.principal) ? parseReaderKey(this.request.headers['guichet-reader']) : undefined;
  }

  /** People are agents or requesters; an importer is `import`; every other program is `system`. */
  get actor(): Actor {
    const { subject: id } = this;
    if (this.is(...workers)) return { kind: 'agent', id };
    if (this.is('requester')) return { kind: 'requester', id };
    return { kind: this.is('importer') ? 'import' : 'system', id };
  }

  get idempotencyKey(): string | undefined {
    return parseIdempotencyKey(this.request.headers['idempotency-key']);
  }

  /**
   * The id that makes a repeated request the same command: from tenant, person, operation and `Idempotency-Key`.
   * The person is part of it so that two people who choose the same key neither collide nor read each other's answer.
   * @returns undefined without the header: such a command is never taken for a repetition.
   */
  commandId(operation: string): string | undefined {
    const key = this.idempotencyKey;
    if (key === undefined) return undefined;
    const { tenantId = '' } = this.principal;
    return commandIdOf({ tenantId, subject: this.subject, operation, key });
  }

  /** SHA-256 of method, path and canonical body: the same key with another one is refused. */
  get requestHash(): string {
    const { method, url } = this.request;
    return hashRequest(method, url.split('?', 1)[0] ?? url, this.body);
  }

  /** The version a write expects, from `If-Match`. @throws Problem 400 if malformed. */
  get ifMatch(): number | undefined {
    return parseIfMatch(this.request.headers['if-match']);
  }

  /** Positions by service that the answer must have seen, from `Guichet-After` or `?after=`. */
  get after(): Readonly<Record<string, number>> {
    return this.request.after;
  }

  /**
   * Until when this request may wait for what `after` asks for: five seconds from the first wait on, all waits
   * together.
   */
  get deadline(): Deadline {
    return (this.request.deadline ??= new Deadline(maxWaitMs));
  }

  /**
   * While it waits for something that is no work of this process, others have its place among the requests in progress.
   */
  aside<Result>(wait: () => Promise<Result>): Promise<Result> {
    const { place } = this.request;
    return place === undefined ? wait() : place.aside(wait);
  }

  /**
   * What the event store keeps about this request beside the events.
   * @param tenantId another one only for those who work across tenants.
   */
  eventContext(tenantId: string = this.tenantId): EventContext {
    const { actor, correlationId, traceparent } = this;
    return { tenantId, actor, correlationId, ...(traceparent === undefined ? {} : { traceparent }) };
  }
}

export function requestContext(request: FastifyRequest): RequestContext {
  if (request.principal === undefined) {
    throw new Problem(401, 'not-authenticated', { detail: 'An access token is needed here.' });
  }
  return new RequestContext(request, request.principal);
}

/** Parameter decorator: `@Ctx() ctx: RequestContext`. */
export const Ctx = createParamDecorator((_data: unknown, context: ExecutionContext): RequestContext =>
  requestContext(context.switchToHttp().getRequest<FastifyRequest>()),
);
