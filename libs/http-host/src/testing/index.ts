/** For tests of services: a host on a free port with an issuer of its own, so that a test can be anybody. */
import { randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import type { Role } from '../auth/roles.js';
import { platformSettings, type PlatformSettings } from '@guichet/config';
import { loadConfig } from '@guichet/config';
import { bootstrap, type HostedService, type RunningHost } from '../host/bootstrap.js';

export { type LiveConnection, type LiveEvent, type LiveRequest, openLive } from './live-client.js';

export const testIssuer = 'http://issuer.test';

export interface TestCaller {
  /** Tenant id; a random one if not given, none for null. */
  readonly tenantId?: string | null;
  readonly tenantSlug?: string;
  readonly subject?: string;
  readonly roles?: readonly Role[];
  readonly timeZone?: string;
  readonly name?: string;
  readonly email?: string;
  /** As the embedded issuer names it in its tokens. */
  readonly account?: { readonly streamId: string; readonly version: number };
}

/** What is wrong with a token that a test wants refused. */
export interface TokenFaults {
  readonly issuer?: string;
  readonly audience?: string;
  readonly type?: string;
  /** Unix seconds; five minutes from now if not given. */
  readonly expiresAt?: number;
  readonly claims?: JWTPayload;
}

export class TestIssuer {
  private constructor(
    readonly keys: ReturnType<typeof createLocalJWKSet>,
    private readonly privateKey: CryptoKey,
  ) {}

  static async create(): Promise<TestIssuer> {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const jwk = { ...(await exportJWK(publicKey)), kid: 'test', alg: 'ES256', use: 'sig' };
    return new TestIssuer(createLocalJWKSet({ keys: [jwk] }), privateKey);
  }

  token(caller: TestCaller = {}, faults: TokenFaults = {}): Promise<string> {
    const { tenantId = randomUUID(), tenantSlug = 'test', subject = randomUUID(), roles = [], timeZone } = caller;
    const { name, email, account } = caller;
    const claims = {
      ...(tenantId === null ? {} : { tenant: tenantId, tenant_slug: tenantSlug }),
      ...{ roles: [...roles], zoneinfo: timeZone, name, email },
      ...(account && { account: account.streamId, account_version: account.version }),
      ...faults.claims,
    };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'ES256', kid: 'test', typ: faults.type ?? 'at+jwt' })
      .setSubject(subject)
      .setIssuer(faults.issuer ?? testIssuer)
      .setAudience(faults.audience ?? 'guichet')
      .setIssuedAt()
      .setExpirationTime(faults.expiresAt ?? '5m')
      .sign(this.privateKey);
  }
}

export interface TestAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed if it is JSON, otherwise the text; undefined if empty. */
  readonly body: unknown;
}

export interface TestRequest {
  readonly method?: string;
  readonly as?: TestCaller;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is. */
  readonly rawBody?: string | Uint8Array<ArrayBuffer>;
}

export interface TestHost {
  readonly host: RunningHost;
  readonly url: string;
  readonly issuer: TestIssuer;
  /** `GET` without a body, `POST` with one, unless `method` says otherwise. */
  call(path: string, request?: TestRequest): Promise<TestAnswer>;
  stop(): Promise<void>;
}

/** Tests ask faster than people do. */
const noLimits = {
  ...{
    clientRate: 0,
    readerRate: 0,
    tenantRate: 0,
    importRate: 0,
    addressRate: 0,
    liveStreamsPerTenant: 0,
    liveStreamsPerClient: 0,
  },
  ...{ requestsWaiting: 100_000, requestsWaitingPerTenant: 100_000 },
};

/**
 * A host of these services on a free port of the loopback. Logs and limits nothing unless the settings say so.
 * @param others the issuer of another host, where tokens are to be good at both.
 */
export async function startTestHost(
  services: readonly HostedService[],
  settings: Partial<PlatformSettings> = {},
  others?: TestIssuer,
): Promise<TestHost> {
  const issuer = others ?? (await TestIssuer.create());
  const environment = { OIDC_ISSUER: testIssuer, CURSOR_SECRET: randomUUID(), PORT: '0', LOG_LEVEL: 'silent' };
  const defaults = { ...loadConfig(platformSettings, environment), shutdownDelaySeconds: 0 };
  const host = await bootstrap({ services, settings: { ...defaults, ...noLimits, ...settings }, keys: issuer.keys });
  return { host, url: host.url, issuer, call: caller(host.url, issuer), stop: () => host.stop() };
}

const caller =
  (url: string, issuer: TestIssuer): TestHost['call'] =>
  async (path, { method, as, token, headers = {}, body, rawBody } = {}) => {
    const bearer = token ?? (as === undefined ? undefined : await issuer.token(as));
    const sent = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(`${url}${path}`, {
      method: method ?? (sent === undefined ? 'GET' : 'POST'),
      headers: {
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(sent === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(sent === undefined ? {} : { body: sent }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') === true && text !== '';
    return {
      status: response.status,
      headers: response.headers,
      body: isJson ? (JSON.parse(text) as unknown) : text || undefined,
    };
  };
