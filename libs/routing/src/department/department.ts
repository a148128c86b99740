/** The Department: owns tickets. Its id may be another system's key, so the stream's name is derived from tenant and id. */
import { type Decider, type DomainCommand, type DomainEvent, DomainError, uuid5 } from '@guichet/event-sourcing';

interface Naming {
  readonly departmentId: string;
  readonly name: string;
  readonly at: string;
}

// Facts, stored for ever: add optional fields; never rename, never remove.
export type DepartmentEvent = DomainEvent<'DepartmentCreated', Naming> | DomainEvent<'DepartmentRenamed', Naming>;

/** EnsureDepartment is CreateDepartment for imports: a department of that id is left as it is. */
export type DepartmentCommand =
  | DomainCommand<'CreateDepartment', Naming>
  | DomainCommand<'EnsureDepartment', Naming>
  | DomainCommand<'RenameDepartment', Naming>;

interface Department {
  readonly name: string | null;
}

const evolve = (_before: Department, { type, data }: DepartmentEvent): Department => {
  switch (type) {
    case 'DepartmentCreated':
    case 'DepartmentRenamed':
      return { name: data.name };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: DepartmentCommand, { name }: Department): readonly DepartmentEvent[] => {
  switch (type) {
    case 'CreateDepartment':
      if (name === data.name) return [];
      if (name !== null) throw new DomainError('department-exists', 'A department has this id already.', { name });
      return [{ type: 'DepartmentCreated', data }];
    case 'EnsureDepartment':
      return name === null ? [{ type: 'DepartmentCreated', data }] : [];
    case 'RenameDepartment':
      if (name === null) throw new DomainError('unknown-department', 'There is no such department.', {}, 'unknown');
      return name === data.name ? [] : [{ type: 'DepartmentRenamed', data }];
  }
};

export const departmentDecider: Decider<Department, DepartmentCommand, DepartmentEvent> = {
  category: 'department',
  initial: { name: null },
  evolve,
  decide,
};

/** What follows `department-` in the stream's name: two tenants may both have a department `billing`. */
export const departmentStreamId = (tenantId: string, departmentId: string): string =>
  uuid5(tenantId, `department/${departmentId}`);
