/** What an access token says. Not verified here: the services do that. */
export interface AccessClaims {
  readonly subject: string;
  /** Tenant id and slug; undefined for an operator's token. */
  readonly tenantId: string | undefined;
  readonly tenantSlug: string | undefined;
  readonly roles: readonly string[];
  /** Unix milliseconds; undefined where the token does not say. */
  readonly expiresAtMs: number | undefined;
}

interface Payload {
  readonly sub?: string;
  readonly tenant?: string;
  readonly tenant_slug?: string;
  readonly roles?: readonly string[];
  readonly exp?: number;
}

/** @throws Error when the text is no JWT */
export function claimsOf(token: string): AccessClaims {
  const { sub, tenant, tenant_slug: slug, roles, exp } = payloadOf(token);
  return {
    subject: sub ?? '',
    tenantId: tenant,
    tenantSlug: slug ?? tenant,
    roles: roles ?? [],
    expiresAtMs: exp === undefined ? undefined : exp * 1000,
  };
}

function payloadOf(token: string): Payload {
  const [, payload = ''] = token.split('.');
  try {
    const binary = atob(payload.replaceAll('-', '+').replaceAll('_', '/'));
    const bytes = Uint8Array.from(binary, (character) => character.charCodeAt(0));
    return JSON.parse(new TextDecoder().decode(bytes)) as Payload;
  } catch (error) {
    throw new Error('The access token is no JWT.', { cause: error });
  }
}
