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

describe('retiring', () => {
  const made: DepartmentEvent = { type: 'DepartmentCreated', data: { departmentId: 'billing', name: 'Billing', at } };
  const retire = (successorId: string): DepartmentCommand => ({
    type: 'RetireDepartment',
    data: { departmentId: 'billing', successorId, at },
  });
  const retired = (successorId: string): DepartmentEvent => ({
    type: 'DepartmentRetired',
    data: { departmentId: 'billing', successorId, at },
  });
  const restore: DepartmentCommand = { type: 'RestoreDepartment', data: { departmentId: 'billing', at } };
  const restored: DepartmentEvent = { type: 'DepartmentRestored', data: { departmentId: 'billing', at } };

  it('names the successor', () => given(made).when(retire('desk')).then(retired('desk')));
  it('happens once', () => given(made, retired('desk')).when(retire('desk')).thenNothing());
  it('may name another successor later', () =>
    given(made, retired('desk')).when(retire('sales')).then(retired('sales')));
  it('refuses a department that is not there', () => given().when(retire('desk')).thenRefused('unknown-department'));
  it('refuses the department itself', () => given(made).when(retire('billing')).thenRefused('succeeds-itself'));
  it('is undone', () => given(made, retired('desk')).when(restore).then(restored));
  it('has nothing to undo', () => given(made).when(restore).thenNothing());
  it('refuses to restore a department that is not there', () =>
    given().when(restore).thenRefused('unknown-department'));
});
