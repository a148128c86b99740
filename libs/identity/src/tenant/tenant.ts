/** The Tenant: an organisation whose data nobody else sees. Pure: no Nest, no database, no clock. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';

/** Who says what the bearer of another issuer's token may do: that issuer, or the roles people have here. */
export const roleSources = ['issuer', 'people'] as const;
export type RoleSource = (typeof roleSources)[number];

// Facts, stored for ever: add optional fields; never rename, never remove.
export type TenantEvent =
  | DomainEvent<'TenantCreated', { slug: string; name: string; timeZone: string; at: string }>
  | DomainEvent<'RoleSourceChosen', { source: RoleSource; at: string }>;

export type TenantCommand =
  | DomainCommand<'CreateTenant', { slug: string; name: string; timeZone: string; at: string }>
  | DomainCommand<'ChooseRoleSource', { source: RoleSource; at: string }>;

export interface Tenant {
  readonly isThere: boolean;
  readonly slug: string;
  readonly name: string;
  /** IANA zone of its days and months; goes into access tokens as `zoneinfo`. */
  readonly timeZone: string;
  readonly roleSource: RoleSource;
}
const initial: Tenant = { isThere: false, slug: '', name: '', timeZone: 'UTC', roleSource: 'issuer' };

const evolve = (tenant: Tenant, { type, data }: TenantEvent): Tenant => {
  switch (type) {
    case 'TenantCreated':
      return { ...tenant, isThere: true, slug: data.slug, name: data.name, timeZone: data.timeZone };
    case 'RoleSourceChosen':
      return { ...tenant, roleSource: data.source };
  }
};

/** No events means "already so": creating the very same tenant again is harmless, as importers do it. */
const decide = ({ type, data }: TenantCommand, tenant: Tenant): readonly TenantEvent[] => {
  switch (type) {
    case 'CreateTenant': {
      const { slug, name, timeZone, at } = data;
      if (!tenant.isThere) return [{ type: 'TenantCreated', data: { slug, name, timeZone, at } }];
      if (tenant.name === name && tenant.timeZone === timeZone) return [];
      throw new DomainError('tenant-exists', `There is a tenant ${slug} already.`, {
        name: tenant.name,
        timeZone: tenant.timeZone,
      });
    }
    case 'ChooseRoleSource':
      if (!tenant.isThere) throw new DomainError('unknown-tenant', 'There is no such tenant.', {}, 'unknown');
      return tenant.roleSource === data.source ? [] : [{ type: 'RoleSourceChosen', data }];
  }
};

export const tenantDecider: Decider<Tenant, TenantCommand, TenantEvent> = {
  category: 'tenant',
  initial,
  evolve,
  decide,
};
