import { specification } from '@guichet/event-sourcing/testing';
import { type DepartmentCommand, type DepartmentEvent, departmentDecider, departmentStreamId } from './department.js';

const given = specification(departmentDecider);
const at = '2026-03-02T09:00:00.000Z';
const naming = (name: string) => ({ departmentId: 'billing', name, at });
const created: DepartmentEvent = { type: 'DepartmentCreated', data: naming('Billing') };
const create = (name: string): DepartmentCommand => ({ type: 'CreateDepartment', data: naming(name) });
const ensure = (name: string): DepartmentCommand => ({ type: 'EnsureDepartment', data: naming(name) });
const rename = (name: string): DepartmentCommand => ({ type: 'RenameDepartment', data: naming(name) });

it('creates a department', () => given().when(create('Billing')).then(created));
it('creates it once', () => given(created).when(create('Billing')).thenNothing());
it('refuses another department under the same id', () =>
  given(created).when(create('Technical')).thenRefused('department-exists'));
it('creates a department an import brings', () => given().when(ensure('Billing')).then(created));
it('leaves a department an import brings again', () => given(created).when(ensure('Technical')).thenNothing());
it('renames a department', () =>
  given(created)
    .when(rename('Invoices'))
    .then({ type: 'DepartmentRenamed', data: naming('Invoices') }));
it('has nothing to rename to the same name', () => given(created).when(rename('Billing')).thenNothing());
it('may take back a former name', () =>
  given(created, { type: 'DepartmentRenamed', data: naming('Invoices') })
    .when(rename('Billing'))
    .then({ type: 'DepartmentRenamed', data: naming('Billing') }));
it('refuses to rename what is not there', () => given().when(rename('Billing')).thenRefused('unknown-department'));
it('gives two tenants a stream each for the same id', () => {
  const streamOf = (tenantId: string) => departmentStreamId(tenantId, 'billing');
  expect(streamOf('0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0001')).not.toBe(streamOf('0f0e5f0a-8d5c-4a52-9f0e-6b8f2e9a0002'));
});
