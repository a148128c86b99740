import { EventStore, uuid5 } from '@guichet/event-sourcing';
import { type Role, roles } from '@guichet/http-host';
import type { ClientMetadata } from 'oidc-provider';
import { InvalidClient, InvalidRequest } from 'oidc-provider/lib/helpers/errors.js';
import { type Client, clientDecider } from '../client/client.js';
import { demoPeople, demoTenant } from '../demo/demo-people.js';
import type { IdentityOptions } from '../identity.settings.js';
import { clientStreamIdOf, parseClientId, slugPattern, tenantIdOf } from '../names.js';
import type { Secrets } from '../secrets.js';
import { type Tenant, tenantDecider } from '../tenant/tenant.js';
import { type Profile, Profiles } from '../user/profiles.store.js';
import { userDecider } from '../user/user.js';

/** What an access token says about its bearer, besides what every token says. */
export interface TokenClaims {
  readonly sub: string;
  readonly tenant?: string;
  readonly tenant_slug?: string;
  readonly roles: readonly Role[];
  readonly zoneinfo?: string;
  /** The stream of the account, and its version: services follow what happens to it. */
  readonly account?: string;
  readonly account_version?: number;
  readonly name?: string;
  readonly email?: string;
}

/** What the demo client may ask for, as it stands in the form it posts. Anybody else's wishes are ignored. */
export interface Wishes {
  readonly tenant?: unknown;
  readonly role?: unknown;
  readonly person?: unknown;
}

const operatorId = 'operator';
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Who may have a token, and what it says. Reads the streams themselves, not a read model: a client that was registered
 * a moment ago can sign in at once, and one that was disabled cannot.
 */
export class Accounts {
  constructor(
    private readonly events: EventStore,
    private readonly profiles: Profiles,
    private readonly secrets: Secrets,
    private readonly options: IdentityOptions,
  ) {}

  /** @returns undefined for a client that does not exist, or no more. */
  async client(clientId: string): Promise<ClientMetadata | undefined> {
    const secret = await this.secretOf(clientId);
    if (secret === undefined) return undefined;
    return {
      client_id: clientId,
      client_secret: secret,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    };
  }

  /** @throws InvalidRequest when the demo client wishes for something that does not exist. */
  async claims(clientId: string, wishes: Wishes): Promise<TokenClaims> {
    if (clientId === operatorId) return { sub: operatorId, roles: ['operator'], name: 'Operator' };
    if (this.isDemo(clientId)) return this.demoClaims(wishes);
    const account = await this.serviceAccount(clientId);
    if (account === undefined) throw new InvalidClient('the client was disabled', clientId);
    const { tenantId, tenant, client, name, version } = account;
    const stream = `client-${clientStreamIdOf(tenantId, name)}`;
    return {
      sub: clientId,
      ...tenantClaims(tenantId, tenant),
      roles: client.roles,
      name,
      ...accountClaims(stream, version),
    };
  }

  private isDemo(clientId: string): boolean {
    const { demo } = this.options;
    return demo !== undefined && clientId === (demo.clientId ?? 'demo');
  }

  private async secretOf(clientId: string): Promise<string | undefined> {
    if (clientId === operatorId) return this.options.operatorSecret;
    if (this.isDemo(clientId)) return this.options.demo?.clientSecret;
    const account = await this.serviceAccount(clientId);
    return account === undefined ? undefined : this.secrets.clientSecret(clientId, account.client.secretVersion);
  }

  private async serviceAccount(
    clientId: string,
  ): Promise<{ tenantId: string; tenant: Tenant; client: Client; name: string; version: number } | undefined> {
    const parsed = parseClientId(clientId);
    if (parsed === undefined) return undefined;
    const { slug, name } = parsed;
    const tenantId = tenantIdOf(slug);
    const [{ state: tenant }, { state: client, version }] = await Promise.all([
      this.events.load(tenantDecider, tenantId, tenantId),
      this.events.load(clientDecider, tenantId, clientStreamIdOf(tenantId, name)),
    ]);
    return tenant.isThere && client.status === 'active' ? { tenantId, tenant, client, name, version } : undefined;
  }

  private async demoClaims({ tenant: slug, role, person }: Wishes): Promise<TokenClaims> {
    const wished = rolesOf(role);
    const tenantId = typeof slug === 'string' && slugPattern.test(slug) ? tenantIdOf(slug) : undefined;
    const tenant = tenantId === undefined ? undefined : await this.events.load(tenantDecider, tenantId, tenantId);
    if (tenantId === undefined || tenant?.state.isThere !== true) {
      // Somebody has to be able to create the tenant.
      if (wished.includes('operator')) return { sub: 'demo-operator', roles: wished, name: 'Demo operator' };
      throw new InvalidRequest(`there is no tenant ${typeof slug === 'string' ? slug.slice(0, 40) : ''}`);
    }
    const claims = tenantClaims(tenantId, tenant.state);
    if (typeof person === 'string') {
      const asked = role === undefined ? undefined : wished;
      return { ...claims, ...(await this.claimsOfPerson(tenantId, person, asked)) };
    }
    const known = tenantId === demoTenant.tenantId ? await this.demoPersonWith(wished) : undefined;
    if (known !== undefined) return { ...claims, ...known };
    // Made up, and so without an account.
    const [first = 'agent'] = wished;
    const name = { name: `Demo ${first}`, email: `${first}@${tenant.state.slug}.example` };
    return { ...claims, sub: uuid5(tenantId, `demo/${first}`), roles: wished, ...name };
  }

  /**
   * What a token of somebody of the tenant says, by their id or e-mail address.
   * @param asked some of the person's roles; all of them if not given.
   */
  private async claimsOfPerson(
    tenantId: string,
    person: string,
    asked: readonly Role[] | undefined,
  ): Promise<PersonClaims> {
    const profile = await this.profiles.find(tenantId, uuid.test(person) ? { userId: person } : { email: person });
    if (profile === undefined) throw new InvalidRequest('there is no such person in the tenant');
    const claims = await this.claimsOf(tenantId, profile, asked);
    if (claims === undefined) throw new InvalidRequest('the person does not have this role, or is disabled');
    return claims;
  }

  /** Undefined for somebody who is disabled, or has not all of the roles. */
  private async claimsOf(
    tenantId: string,
    { userId, name, email }: Pick<Profile, 'userId' | 'name' | 'email'>,
    asked?: readonly Role[],
  ): Promise<PersonClaims | undefined> {
    const { state, version } = await this.events.load(userDecider, tenantId, userId);
    const hasAll = asked === undefined || asked.every((role) => state.roles.includes(role));
    if (!state.isThere || state.isDisabled || !hasAll) return undefined;
    return { sub: userId, name, email, roles: asked ?? state.roles, ...accountClaims(`user-${userId}`, version) };
  }

  private async demoPersonWith(wished: readonly Role[]): Promise<PersonClaims | undefined> {
    for (const person of demoPeople.filter(({ roles }) => wished.every((role) => roles.includes(role)))) {
      const claims = await this.claimsOf(demoTenant.tenantId, person, wished);
      if (claims !== undefined) return claims;
    }
    return undefined;
  }
}

type PersonClaims = Pick<TokenClaims, 'sub' | 'name' | 'email' | 'roles' | 'account' | 'account_version'>;

const accountClaims = (account: string, version: number): Pick<TokenClaims, 'account' | 'account_version'> => ({
  account,
  account_version: version,
});

const tenantClaims = (
  tenantId: string,
  { slug, timeZone }: Tenant,
): Pick<TokenClaims, 'tenant' | 'tenant_slug' | 'zoneinfo'> => ({
  tenant: tenantId,
  tenant_slug: slug,
  zoneinfo: timeZone,
});

function rolesOf(wish: unknown): readonly Role[] {
  const wished = wish === undefined ? ['agent'] : Array.isArray(wish) ? (wish as unknown[]) : [wish];
  const known = roles.filter((role) => wished.includes(role));
  if (known.length !== new Set(wished).size) throw new InvalidRequest(`role must be one of ${roles.join(', ')}`);
  return known;
}
