/** Where the events go: the tenant, and who may write to it. */
import { ApiError, claimsOf, GuichetClient, type TokenSource } from '@guichet/client';
import { type Env, UsageError } from '../../command-line.js';
import { type Connection, connectionOf, dataDirOf } from '../../connection.js';

export interface Wanted {
  /** Undefined: the tenant of the token. */
  readonly slug: string | undefined;
  /** The mapping's source: the tenant's name where neither the command nor a token names one. */
  readonly source: string;
  readonly url: string | undefined;
  readonly token: string | undefined;
  readonly env: Env;
}

export interface Destination {
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  /** Tokens that may ask for figures. */
  readonly readers: TokenSource;
  readonly tenant: { readonly id: string; readonly slug: string };
  /** Set when the tenant was made just now. */
  readonly createdWithZone?: string;
}

/** What is known before the file is read: that there is a token, and for whom. */
export interface Access {
  /** Creates the tenant in the demo where it is missing. @throws ApiError, UsageError */
  open(timeZone: string): Promise<Destination>;
  readonly baseUrl: string;
  readonly slug: string;
}

/** @throws UsageError when there is no token, or not for that tenant; ApiError when nobody answers who gives them */
export async function accessTo(wanted: Wanted, signal?: AbortSignal): Promise<Access> {
  const { url, token, env } = wanted;
  const connection = connectionOf({ url, token, dataDir: dataDirOf(env), env }, 'importer');
  return connection.kind === 'local'
    ? localAccess(connection, wanted, signal)
    : givenAccess(connection, wanted, signal);
}

async function givenAccess(connection: Connection, { slug }: Wanted, signal?: AbortSignal): Promise<Access> {
  const { baseUrl, kind } = connection;
  const tokens = connection.tokens({});
  const tenant = tenantOf(await tokens.token(signal), slug, kind === 'token');
  return { baseUrl, slug: tenant.slug, open: async () => ({ baseUrl, tokens, readers: tokens, tenant }) };
}

async function localAccess(connection: Connection, wanted: Wanted, signal?: AbortSignal): Promise<Access> {
  const { baseUrl } = connection;
  const slug = wanted.slug ?? wanted.source;
  const operator = connection.tokens({ roles: ['operator'] });
  await operator.token(signal);
  const open = async (timeZone: string): Promise<Destination> => {
    const isNew = await createTenant(new GuichetClient({ baseUrl, tokens: operator, maxAttempts: 3 }), slug, timeZone);
    const tokens = connection.tokens({ tenant: slug, roles: ['importer'] });
    const readers = connection.tokens({ tenant: slug, roles: ['analyst'] });
    const tenant = tenantOf(await tokens.token(signal), slug, false);
    return { baseUrl, tokens, readers, tenant, ...(isNew && { createdWithZone: timeZone }) };
  };
  return { baseUrl, slug, open };
}

/** A tenant that is there already is what was wanted. */
async function createTenant(identity: GuichetClient, slug: string, timeZone: string): Promise<boolean> {
  try {
    await identity.post('/identity/v1/tenants', { slug, name: slug, timeZone });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

/** @throws UsageError for a token that can import nothing, or not there */
function tenantOf(token: string, wanted: string | undefined, isGiven: boolean): { id: string; slug: string } {
  const { tenantId, tenantSlug, roles, expiresAtMs } = claims(token);
  if (tenantId === undefined)
    throw new UsageError('The access token names no tenant: give one with the role importer (--token).');
  const slug = tenantSlug ?? tenantId;
  if (wanted !== undefined && wanted !== slug && wanted !== tenantId)
    throw new UsageError(`The access token is for the tenant ${slug}, not for ${wanted}.`);
  if (isGiven && roles.length > 0 && !roles.includes('importer') && !roles.includes('admin'))
    throw new UsageError(`The access token has the roles ${roles.join(', ')}; an import needs importer.`);
  if (isGiven && expiresAtMs !== undefined && expiresAtMs <= Date.now())
    throw new UsageError(
      'The access token has expired: get another one, or give a service account, which renews its own.',
    );
  return { id: tenantId, slug };
}

function claims(token: string): ReturnType<typeof claimsOf> {
  try {
    return claimsOf(token);
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}
