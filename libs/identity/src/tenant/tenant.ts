/** The Tenant: an organisation whose data nobody else sees. Pure: no Nest, no database, no clock. */
import { type Decider, type DomainCommand, DomainError, type DomainEvent } from '@guichet/event-sourcing';

// Facts, stored for ever: add optional fields; never rename, never remove.
export type TenantEvent = DomainEvent<'TenantCreated', { slug: string; name: string; timeZone: string; at: string }>;

export type TenantCommand = DomainCommand<'CreateTenant', { slug: string; name: string; timeZone: string; at: string }>;

export interface Tenant {
  readonly isThere: boolean;
  readonly slug: string;
  readonly name: string;
  /** IANA zone of its days and months; goes into access tokens as `zoneinfo`. */
  readonly timeZone: string;
}
const initial: Tenant = { isThere: false, slug: '', name: '', timeZone: 'UTC' };

const evolve = (_tenant: Tenant, { type, data }: TenantEvent): Tenant => {
  switch (type) {
    case 'TenantCreated':
      return { isThere: true, slug: data.slug, name: data.name, timeZone: data.timeZone };
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
  }
};

export const tenantDecider: Decider<Tenant, TenantCommand, TenantEvent> = {
  category: 'tenant',
  initial,
  evolve,
  decide,
};
