import { specification } from '@guichet/event-sourcing/testing';
import { type TenantCommand, tenantDecider, type TenantEvent } from './tenant.js';

const given = specification(tenantDecider);
const acme = { slug: 'acme', name: 'ACME', timeZone: 'Europe/Paris', at: '2026-03-02T09:00:00.000Z' };
const created: TenantEvent = { type: 'TenantCreated', data: acme };
const create = (changes: Partial<typeof acme> = {}): TenantCommand => ({
  type: 'CreateTenant',
  data: { ...acme, ...changes },
});

it('creates a tenant', () => given().when(create()).then(created));
it('leaves one that is there already as it is', () =>
  given(created)
    .when(create({ at: '2026-03-03T09:00:00.000Z' }))
    .thenNothing());
it('refuses another one of the same slug', () =>
  given(created)
    .when(create({ timeZone: 'UTC' }))
    .thenRefused('tenant-exists'));
