import { createRemoteJWKSet, customFetch, errors, jwtVerify, type JWTVerifyGetKey } from 'jose';
import { LRUCache } from 'lru-cache';
import { Problem } from '../http/problem.js';
import { askAgain, discoverKeys, issuerTimeoutMs } from './issuer.js';
import { type Principal, principalFrom } from './principal.js';

export interface AccessTokenSettings {
  readonly oidcIssuer: string;
  readonly oidcJwksUrl?: string | undefined;
  readonly oidcAudience: string;
  readonly oidcTokenType: string;
  readonly oidcTenantClaim: string;
  readonly oidcRolesClaim: string;
}

/** Fixed here, never taken from the token: asymmetric ones only, so that a public key cannot be used as a secret. */
const algorithms = ['RS256', 'PS256', 'ES256', 'ES384', 'EdDSA', 'Ed25519'];

const challenge = (error: string, detail: string): Readonly<Record<string, string>> => ({
  'www-authenticate': `Bearer error="${error}", error_description="${detail}"`,
});

const invalidToken = (code: string, detail: string, cause?: unknown): Problem =>
  new Problem(401, code, { detail, headers: challenge('invalid_token', detail), cause });

const issuerUnavailable = (cause: unknown): Problem =>
  new Problem(503, 'issuer-unavailable', {
    detail: "The access token cannot be checked, because its issuer's keys cannot be read now.",
    headers: { 'retry-after': '2' },
    cause,
  });

const remoteKeys = (url: URL): JWTVerifyGetKey =>
  createRemoteJWKSet(url, { timeoutDuration: issuerTimeoutMs, [customFetch]: askAgain });

/** A signature costs a quarter of a millisecond of processor time: what was verified is remembered that long. */
const rememberedMs = 60_000;
const maxRemembered = 2_000;

/** Verifies access tokens (RFC 9068) of one configured issuer. */
export class AccessTokens {
  private keys: Promise<JWTVerifyGetKey> | undefined;
  private readonly verified = new LRUCache<string, { readonly principal: Principal; readonly untilMs: number }>({
    max: maxRemembered,
  });

  /**
   * @param keys for tests; otherwise they are found at the issuer, on the first token.
   * @param nowMs for tests.
   */
  constructor(
    private readonly settings: AccessTokenSettings,
    keys?: JWTVerifyGetKey,
    private readonly nowMs: () => number = Date.now,
  ) {
    if (keys !== undefined) this.keys = Promise.resolve(keys);
  }

  /**
   * A token that was good is not looked at again for a minute (or until it expires): so long a key that the issuer has
   * withdrawn may still be honoured.
   * @throws Problem 401 for a token that cannot be used, 503 if the issuer cannot be asked for its keys.
   */
  async verify(token: string): Promise<Principal> {
    const nowMs = this.nowMs();
    const known = this.remembered(token);
    if (known !== undefined) return known;
    const principal = await this.verifyAnew(token, new Date(nowMs));
    this.verified.set(token, { principal, untilMs: Math.min(principal.expiresAtMs, nowMs + rememberedMs) });
    return principal;
  }

  /** Whose token it is, if it was good a moment ago. */
  remembered(token: string): Principal | undefined {
    const known = this.verified.get(token);
    return known !== undefined && this.nowMs() < known.untilMs ? known.principal : undefined;
  }

  private async verifyAnew(token: string, currentDate: Date): Promise<Principal> {
    const { oidcIssuer: issuer, oidcAudience: audience, oidcTokenType: typ } = this.settings;
    const keys = await this.issuerKeys();
    const { payload } = await jwtVerify(token, keys, {
      issuer,
      audience,
      typ,
      algorithms,
      requiredClaims: ['sub', 'exp'],
      clockTolerance: 5,
      currentDate,
    }).catch((error: unknown) => {
      throw this.refusal(error);
    });
    const { oidcTenantClaim: tenant, oidcRolesClaim: roles } = this.settings;
    const principal = principalFrom(payload, { tenant, roles });
    if (principal === undefined)
      throw invalidToken('invalid-token', 'The access token has claims that cannot be used.');
    return principal;
  }

  private async issuerKeys(): Promise<JWTVerifyGetKey> {
    const { oidcIssuer, oidcJwksUrl } = this.settings;
    this.keys ??=
      oidcJwksUrl === undefined
        ? discoverKeys(oidcIssuer).then(remoteKeys)
        : Promise.resolve(remoteKeys(new URL(oidcJwksUrl)));
    try {
      return await this.keys;
    } catch (error) {
      this.keys = undefined; // the next token asks again
      throw issuerUnavailable(error);
    }
  }

  private refusal(error: unknown): Problem {
    if (error instanceof errors.JWTExpired)
      return invalidToken('token-expired', 'The access token has expired.', error);
    if (error instanceof errors.JWKSTimeout) return issuerUnavailable(error);
    const { code } = error as { readonly code?: unknown };
    // A plain JOSEError is jose's "the key set's address did not answer well"; anything else of jose is about the
    // token.
    const aboutToken = error instanceof errors.JOSEError && code !== errors.JOSEError.code;
    return aboutToken
      ? invalidToken('invalid-token', 'The access token cannot be used.', error)
      : issuerUnavailable(error);
  }
}
