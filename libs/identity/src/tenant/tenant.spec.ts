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

const choose = (source: 'issuer' | 'people'): TenantCommand => ({
  type: 'ChooseRoleSource',
  data: { source, at: acme.at },
});
const chosen: TenantEvent = { type: 'RoleSourceChosen', data: { source: 'people', at: acme.at } };
it('takes roles from where it is told', () => given(created).when(choose('people')).then(chosen));
it('begins with the issuer’s', () => given(created).when(choose('issuer')).thenNothing());
it('has nothing to choose twice', () => given(created, chosen).when(choose('people')).thenNothing());
it('keeps its name and time zone meanwhile', () => given(created, chosen).when(create()).thenNothing());
it('cannot choose before it is there', () => given().when(choose('people')).thenRefused('unknown-tenant'));
