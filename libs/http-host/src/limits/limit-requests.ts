import type { FastifyReply, FastifyRequest } from 'fastify';
import type { AccessTokens } from '../auth/access-tokens.js';
import type { Principal } from '../auth/principal.js';
import { type FastifyHost, strictHeaders } from '../host/fastify-host.js';
import { Problem } from '../http/problem.js';
import { withCorrelation } from '@guichet/observability';
import { type Admission, guest, type RequestPlace } from './admission.js';
import type { Gateways } from './gateways.js';
import { allowanceOf, type RateLimits } from './rate-limits.js';

/** Those who share turns: a tenant; what comes without one, by address. */
interface Party {
  readonly name: string;
  readonly tenantId: string | undefined;
  /** Who asks: those of one tenant take turns too. */
  readonly client: string;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** It has been counted, and may go on. */
    isAdmitted: boolean;
    /** Its tenant has been charged for it. */
    isCharged: boolean;
    /** It was answered 429 before anything else. */
    isRefused: boolean;
    /** Who waits for a turn with it; undefined where it needs none. */
    party: Party | undefined;
    /** Begun before the body was read, so that its tenant is known; the guard judges what comes of it. */
    verifying: Promise<Principal> | undefined;
    /** Its place among the requests in progress; undefined where it needs none. */
    place: RequestPlace | undefined;
  }
}

export interface Gate {
  readonly limits: RateLimits;
  readonly admission: Admission;
  readonly tokens: AccessTokens;
  readonly gateways: Gateways;
}

/**
 * Those who run the product ask these, from inside; and the issuer's keys, which every host needs to let anybody in:
 * whoever used up an address's allowance must not keep them from a host at that address.
 */
const isExempt = (url: string): boolean =>
  url.startsWith('/health/') || url === '/metrics' || /^\/identity\/(?:jwks|\.well-known\/[\w-]+)$/.test(url);

/**
 * What operators ask takes minutes (a rebuild), and is asked when nothing else goes on: it is counted, but does not
 * wait.
 */
const isOperators = (url: string): boolean => /^\/[a-z]+\/v1\/operations\//.test(url);

const bearer = ({ headers: { authorization = '' } }: FastifyRequest): string | undefined =>
  /^Bearer +([\w.~+/=-]+) *$/i.exec(authorization)?.[1];

/**
 * Refuses as early as it can be known that a request is one too many: before its body is read. What may go on waits for
 * its tenant's turn once its body is here, so that who sends slowly keeps nobody waiting.
 */
export function limitRequests(host: FastifyHost, gate: Gate): void {
  host.askFirst((request, reply, done) => {
    gate.gateways.look(request);
    if (isExempt(request.url)) done();
    else letIn(request, reply, gate, done);
  });
  const fastify = host.adapter.getInstance();
  fastify.addHook('preValidation', (request, reply, done) => {
    if (request.party === undefined) done();
    else takePlace(request, reply, gate, request.party, done);
  });
  fastify.addHook('onSend', (request, reply, payload, done) => {
    request.place?.leave();
    if (reply.statusCode >= 400 && reply.statusCode < 500) gate.limits.settleRefused(request);
    else if (reply.statusCode === 200) gate.limits.noteSignIn(request);
    done(null, payload);
  });
}

function letIn(request: FastifyRequest, reply: FastifyReply, gate: Gate, done: (error?: Error) => void): void {
  const refuse = (error: unknown): void => {
    if (error instanceof Problem) refuseAtOnce(error, request, reply);
    else done(error as Error);
  };
  let caller: Principal | undefined | Promise<Principal | undefined>;
  try {
    caller = callerOf(request, gate);
    if (!(caller instanceof Promise)) admit(request, caller, gate);
  } catch (error) {
    refuse(error);
    return;
  }
  if (caller instanceof Promise) caller.then((principal) => admit(request, principal, gate)).then(() => done(), refuse);
  else done();
}

/** @throws Problem 429 */
function admit(request: FastifyRequest, principal: Principal | undefined, { limits, admission }: Gate): void {
  if (principal !== undefined) {
    limits.admitCaller(request, principal);
    request.isAdmitted = true;
  }
  if (isOperators(request.url)) return;
  const party = principal?.tenantId ?? guest(principal?.subject ?? '', limits.addressOf(request));
  const client = principal === undefined ? '' : allowanceOf(request, principal).key;
  if (admission.isFull(party, client)) throw limits.queueIsFull('party', principal?.tenantId);
  request.party = { name: party, tenantId: principal?.tenantId, client };
}

/** Past everything that an answer usually goes through: whoever sends too much must not cost much. */
function refuseAtOnce(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { correlationId } = request.correlation;
  const body = JSON.stringify(problem.document(correlationId));
  request.isRefused = true;
  reply.hijack();
  reply.raw.writeHead(problem.status, {
    ...strictHeaders,
    ...problem.headers,
    'x-correlation-id': correlationId,
    'content-type': 'application/problem+json; charset=utf-8',
    'content-length': Buffer.byteLength(body),
  });
  reply.raw.end(body);
}

/** @throws Problem 429 where too much came from its address, and this has no token that can be used either. */
function callerOf(
  request: FastifyRequest,
  { limits, tokens }: Gate,
): Principal | undefined | Promise<Principal | undefined> {
  const token = bearer(request);
  if (token === undefined) {
    limits.admitAddress(request);
    return undefined;
  }
  const known = tokens.remembered(token);
  if (known !== undefined) return known;
  // Also where its address has used up its allowance: whoever did that may be another one behind the same gateway.
  request.verifying = tokens.verify(token);
  return request.verifying.catch((error: unknown) => {
    // Guessing costs the one who guesses. What is wrong the guard says, where a token is asked for at all.
    if (error instanceof Problem && error.status === 401) limits.admitAddress(request);
    return undefined;
  });
}

function takePlace(
  request: FastifyRequest,
  reply: FastifyReply,
  { admission, limits }: Gate,
  { name, tenantId, client }: Party,
  done: (error?: Error) => void,
): void {
  const place = admission.placeFor(name, client);
  request.place = place;
  // Without an answer its work goes on, and so it keeps its place, unless it waits or somebody else writes the answer.
  reply.raw.once('close', () => {
    if (place.isWaiting || reply.sent) place.leave();
  });
  place.enter(
    () => withCorrelation(request.correlation, done),
    (why) => withCorrelation(request.correlation, () => done(limits.queueIsFull(why, tenantId))),
  );
}
