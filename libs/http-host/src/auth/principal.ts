/** From the claims of a verified access token to who is asking. Pure. */
import { emailForm, fits, isStorable, lineForm } from '../http/text-rules.js';
import { type Role, roles } from './roles.js';

export interface Principal {
  readonly subject: string;
  /** When the token expires, in milliseconds since 1970. */
  readonly expiresAtMs: number;
  readonly tenantId?: string;
  readonly tenantSlug?: string;
  readonly roles: readonly Role[];
  readonly timeZone: string;
  readonly name?: string;
  readonly email?: string;
  /** The account in identity's log that the embedded issuer gave the token for. */
  readonly account?: { readonly streamId: string; readonly version: number };
}

/** Whether the token is nobody's own: a portal asks with it for all who have no account. */
export const isForReaders = ({ roles: held }: Pick<Principal, 'roles'>): boolean =>
  held.length === 1 && held[0] === 'reader';

/** Where an issuer keeps what we need; dotted paths look inside objects. */
export interface ClaimNames {
  readonly tenant: string;
  readonly roles: string;
}

type Claims = Readonly<Record<string, unknown>>;

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** A claim whose very name has dots (Auth0 style URLs) wins over a path. */
function claim(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? (value as Claims)[key] : undefined,
      claims,
    );
}

const text = (value: unknown, max = 500): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= max ? value : undefined;

/**
 * Who acts goes into events, which hold 200 characters for it. Tokens name them, so that it is not brought to any form.
 */
const maxSubject = 200;
const subjectOf = (value: unknown): string | undefined =>
  typeof value === 'string' && fits(value, 1, maxSubject) && isStorable(value) && !/\p{Cc}/u.test(value)
    ? value
    : undefined;

/** As it can be shown on a line: an issuer's directory may hold whatever was pasted into it. */
const maxName = 300;
function nameOf(value: unknown): string | undefined {
  const line = text(value, 10_000)
    ?.toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]+/gu, ' ');
  return line === undefined ? undefined : lineForm([...line.trim()].slice(0, maxName).join(''));
}

/** Whether the runtime knows the IANA zone. */
export function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // RangeError is how Intl says that it does not know a zone
  }
}

/**
 * @returns undefined if the claims cannot be used: no subject, no expiry, a tenant that is no UUID, roles that are no
 * list.
 * Roles we do not know are left out, so that an issuer may hold roles of other products.
 */
export function principalFrom(claims: Claims, names: ClaimNames): Principal | undefined {
  const subject = subjectOf(claims['sub']);
  const tenant = claim(claims, names.tenant);
  const listed = claim(claims, names.roles) ?? [];
  const { exp } = claims;
  if (subject === undefined || typeof exp !== 'number' || !Array.isArray(listed)) return undefined;
  if (tenant !== undefined && (typeof tenant !== 'string' || !uuid.test(tenant))) return undefined;
  const [tenantSlug, zone] = [text(claims['tenant_slug']), text(claims['zoneinfo'])];
  const [name, email] = [nameOf(claims['name']), emailForm(text(claims['email']) ?? '')];
  const [streamId, version] = [text(claims['account'], 300), claims['account_version']];
  return {
    subject,
    expiresAtMs: exp * 1000,
    roles: roles.filter((role) => listed.includes(role)),
    timeZone: zone !== undefined && isTimeZone(zone) ? zone : 'UTC',
    ...(tenant === undefined ? {} : { tenantId: tenant.toLowerCase() }),
    ...(tenantSlug === undefined ? {} : { tenantSlug }),
    ...(name === undefined ? {} : { name }),
    ...(email === undefined ? {} : { email }),
    ...(streamId === undefined || typeof version !== 'number' ? {} : { account: { streamId, version } }),
  };
}
