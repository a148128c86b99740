import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Counter } from 'prom-client';
import { isForReaders, type Principal } from '../auth/principal.js';
import { readerKeyIn } from '../request/headers.js';
import type { LimitSettings } from '@guichet/config';
import { Problem } from '../http/problem.js';
import type { Metrics } from '@guichet/observability';
import type { QueueRefusal } from './fair-queue.js';
import { RefusalLog } from './refusal-log.js';
import { TokenBuckets } from './token-buckets.js';

type Limit = 'address' | 'client' | 'client-streams' | 'imports' | 'queue' | 'reader' | 'streams' | 'tenant';
type Bucket = Exclude<Limit, 'client-streams' | 'queue' | 'streams'>;

const reasons: Readonly<Record<Limit, string>> = {
  address: 'Too many requests without a usable access token come from this address.',
  client: 'This client sends more requests than one client may.',
  imports: 'Imports of this tenant come faster than they may.',
  'client-streams': 'This client has too many live streams open.',
  reader: 'This reader sends more requests than one reader may.',
  queue: 'Too many requests of this tenant are waiting.',
  streams: 'This tenant has too many live streams open.',
  tenant: 'This tenant sends more requests than one tenant may.',
};

const isImport = ({ method, url }: FastifyRequest): boolean =>
  method === 'POST' && /^\/[a-z]+\/v1\/imports\/?(?:\?|$)/.test(url);

/** A write is about as much work as two reads. */
const costOf = ({ method }: FastifyRequest): number => (method === 'GET' || method === 'HEAD' ? 1 : 2);

/** Whose stream it is. */
type Streaming = Pick<Principal, 'subject' | 'tenantId'>;
/** A stream that needs no token. */
const nobody: Streaming = { subject: '' };
const tenantOf = ({ tenantId = '' }: Streaming): string => tenantId;
const clientOf = ({ tenantId = '', subject }: Streaming): string => `${tenantId} ${subject}`;

/**
 * With whom a request is counted: a portal's token for readers is used by all of them, and each reader it names counts
 * by themselves.
 */
export function allowanceOf(
  { headers }: FastifyRequest,
  { roles, subject, tenantId = '' }: Principal,
): { readonly bucket: 'client' | 'reader'; readonly key: string } {
  const reader = isForReaders({ roles }) ? readerKeyIn(headers['guichet-reader']) : undefined;
  const client = `${tenantId} ${subject}`;
  return reader === undefined ? { bucket: 'client', key: client } : { bucket: 'reader', key: `${client} ${reader}` };
}

/** What a request costs its tenant. */
const chargeOf = (request: FastifyRequest): { readonly bucket: 'imports' | 'tenant'; readonly cost: number } =>
  isImport(request) ? { bucket: 'imports', cost: 1 } : { bucket: 'tenant', cost: costOf(request) };

/** Clients remembered because they have signed in; the one that did so longest ago makes room. */
const maxSignedIn = 10_000;

/** The client id of a request for a token; undefined where it is none, or names no client in its headers. */
function clientSigningIn({ method, url, headers: { authorization = '' } }: FastifyRequest): string | undefined {
  if (method !== 'POST' || url !== '/identity/token') return undefined;
  const credentials = /^Basic +([\w+/=-]{1,2000})$/i.exec(authorization)?.[1];
  return credentials === undefined ? undefined : Buffer.from(credentials, 'base64').toString().split(':', 1)[0];
}

/** A queue that is full is served meanwhile. */
const queueRetrySeconds = 1;
/** Where a stream that was refused finds room is unknown: somebody has to leave. */
const streamRetrySeconds = 10;

/**
 * How much one client, one tenant or one address may ask for, so that a burst of one is not felt by the others. Every
 * process counts for itself, in memory of bounded size.
 */
@Injectable()
export class RateLimits implements OnModuleDestroy {
  private readonly buckets: Readonly<Record<Bucket, TokenBuckets>>;
  private readonly refused: Counter<'limit'>;
  private readonly log = new Logger(RateLimits.name);
  private readonly refusals = new RefusalLog((line) => this.log.warn(line));
  private readonly streams = new Map<string, number>();
  /** Client ids that have got a token lately. */
  private readonly signedIn = new LRUCache<string, true>({ max: maxSignedIn });

  constructor(
    private readonly settings: LimitSettings,
    metrics: Metrics,
    private readonly nowMs: () => number = () => performance.now(),
  ) {
    const of = (perSecond: number) => new TokenBuckets({ perSecond, burst: perSecond * settings.burstSeconds });
    this.buckets = {
      address: of(settings.addressRate),
      client: of(settings.clientRate),
      imports: of(settings.importRate),
      reader: of(settings.readerRate),
      tenant: of(settings.tenantRate),
    };
    this.refused = metrics.counter('guichet_requests_refused_total', 'Requests refused because too many came', [
      'limit',
    ]);
  }

  onModuleDestroy(): void {
    this.refusals.flush();
  }

  /**
   * Before a body is read: counts the request for its client. What it costs the tenant is taken by `charge`, once it is
   * known that the client may do what it asks for.
   * @throws Problem 429 once this client or its tenant has asked for too much.
   */
  admitCaller(request: FastifyRequest, principal: Principal): void {
    const { tenantId = '' } = principal;
    const { bucket: limit, key: client } = allowanceOf(request, principal);
    // Imports cost their client nothing, but one whose imports were refused pays for those.
    if (isImport(request)) this.mustHave(limit, client, 1, tenantId);
    else this.take(limit, client, costOf(request), tenantId);
    const { bucket, cost } = chargeOf(request);
    if (tenantId !== '') this.mustHave(bucket, tenantId, cost, tenantId);
  }

  /**
   * Takes from the tenant what the request costs. @throws Problem 429 once its clients together have asked for too
   * much.
   */
  charge(request: FastifyRequest, { tenantId = '' }: Principal): void {
    if (tenantId === '') return;
    const { bucket, cost } = chargeOf(request);
    this.take(bucket, tenantId, cost, tenantId);
    request.isCharged = true;
  }

  /** What was refused costs the one who was refused, and not the tenant. */
  settleRefused(request: FastifyRequest): void {
    const { principal } = request;
    if (principal === undefined) return;
    const { subject, tenantId = '' } = principal;
    const { bucket, cost } = chargeOf(request);
    if (request.isCharged) this.buckets[bucket].give(tenantId, cost, this.nowMs());
    request.isCharged = false;
    if (isImport(request)) this.buckets.client.takeUpTo(`${tenantId} ${subject}`, costOf(request), this.nowMs());
  }

  /**
   * For a request without a token that can be used. Clients that have signed in before are counted each by itself:
   * behind a gateway that is not trusted all clients have one address.
   * @throws Problem 429 once too many came from its address.
   */
  admitAddress(request: FastifyRequest): void {
    this.take('address', this.addressOf(request), 1);
  }

  /** Whom a request without a token is counted with. */
  addressOf(request: FastifyRequest): string {
    const client = clientSigningIn(request);
    const address = network(request.ip);
    return client !== undefined && this.signedIn.has(client) ? `${address} ${client}` : address;
  }

  /** A client has got a token. */
  noteSignIn(request: FastifyRequest): void {
    const client = clientSigningIn(request);
    if (client !== undefined) this.signedIn.set(client, true);
  }

  /** @returns what gives the place back. @throws Problem 429 if the client or its tenant has no more. */
  admitStream(caller: Streaming = nobody): () => void {
    this.mustHaveStream(caller);
    const counted = [tenantOf(caller), clientOf(caller)];
    for (const key of counted) this.streams.set(key, (this.streams.get(key) ?? 0) + 1);
    return () => {
      for (const key of counted) {
        const left = (this.streams.get(key) ?? 1) - 1;
        if (left > 0) this.streams.set(key, left);
        else this.streams.delete(key);
      }
    };
  }

  /** Before anything is spent on a stream. @throws Problem 429 as `admitStream`, but counts nothing. */
  mustHaveStream(caller: Streaming): void {
    const { liveStreamsPerTenant, liveStreamsPerClient } = this.settings;
    const isFull = (key: string, most: number): boolean => most > 0 && (this.streams.get(key) ?? 0) >= most;
    // The client first: what it may not have is not its tenant's fault.
    if (isFull(clientOf(caller), liveStreamsPerClient)) {
      throw this.refusal('client-streams', streamRetrySeconds, caller.tenantId);
    }
    if (isFull(tenantOf(caller), liveStreamsPerTenant))
      throw this.refusal('streams', streamRetrySeconds, caller.tenantId);
  }

  /**
   * @returns a problem for one request too many that would have had to wait: 429 behind its own party's, 503 behind
   * everybody's.
   */
  queueIsFull(why: QueueRefusal, tenantId: string | undefined): Problem {
    if (why === 'party') return this.refusal('queue', queueRetrySeconds, tenantId);
    this.count('process', tenantId);
    return new Problem(503, 'overloaded', {
      detail: 'Too many requests wait here. Nothing was done; try again.',
      headers: { 'retry-after': String(queueRetrySeconds) },
    });
  }

  private mustHave(limit: Bucket, key: string, cost: number, tenantId?: string): void {
    const waitSeconds = this.buckets[limit].wait(key, cost, this.nowMs());
    if (waitSeconds > 0) throw this.refusal(limit, waitSeconds, tenantId);
  }

  private take(limit: Bucket, key: string, cost: number, tenantId?: string): void {
    const waitSeconds = this.buckets[limit].take(key, cost, this.nowMs());
    if (waitSeconds > 0) throw this.refusal(limit, waitSeconds, tenantId);
  }

  private count(limit: Limit | 'process', tenantId: string | undefined): void {
    this.refused.inc({ limit });
    this.refusals.note(limit, tenantId);
  }

  private refusal(limit: Limit, waitSeconds: number, tenantId?: string): Problem {
    this.count(limit, tenantId);
    const retryAfter = String(Math.max(1, Math.ceil(waitSeconds)));
    return new Problem(429, 'too-many-requests', {
      detail: `${reasons[limit]} Try again in ${retryAfter} s.`,
      extensions: { limit },
      headers: { 'retry-after': retryAfter },
    });
  }
}

/**
 * Whoever has one IPv6 address has 2^64 of them: the network counts. IPv4 as it is, also where it is written as IPv6.
 */
export function network(address: string): string {
  const ipv4 = /^::ffff:([\d.]+)$/i.exec(address)?.[1];
  if (ipv4 !== undefined || !address.includes(':')) return ipv4 ?? address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  return [...groups, ...Array.from({ length: zeros }, () => '0'), ...after].slice(0, 4).join(':');
}
