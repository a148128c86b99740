/**
 * The Department: owns tickets. Its id may be another system's key, so the stream's name is derived from tenant and id.
 */
import { type Decider, type DomainCommand, type DomainEvent, DomainError, uuid5 } from '@guichet/event-sourcing';

interface Naming {
  readonly departmentId: string;
  readonly name: string;
  readonly at: string;
}

type Moment = Omit<Naming, 'name'>;
/** `successorId`: the department that gets the open tickets, and those that ask for the retired one later. */
type Retirement = Moment & { readonly successorId: string };

// Facts, stored for ever: add optional fields; never rename, never remove.
export type DepartmentEvent =
  | DomainEvent<'DepartmentCreated', Naming>
  | DomainEvent<'DepartmentRenamed', Naming>
  | DomainEvent<'DepartmentRetired', Retirement>
  | DomainEvent<'DepartmentRestored', Moment>;

/** EnsureDepartment is CreateDepartment for imports: a department of that id is left as it is. */
export type DepartmentCommand =
  | DomainCommand<'CreateDepartment', Naming>
  | DomainCommand<'EnsureDepartment', Naming>
  | DomainCommand<'RenameDepartment', Naming>
  | DomainCommand<'RetireDepartment', Retirement>
  | DomainCommand<'RestoreDepartment', Moment>;

export interface Department {
  readonly name: string | null;
  /** Of a retired department: which one stands in for it. */
  readonly successorId: string | null;
}

const evolve = (before: Department, { type, data }: DepartmentEvent): Department => {
  switch (type) {
    case 'DepartmentCreated':
    case 'DepartmentRenamed':
      return { ...before, name: data.name };
    case 'DepartmentRetired':
      return { ...before, successorId: data.successorId };
    case 'DepartmentRestored':
      return { ...before, successorId: null };
  }
};

/** No events means "already so": a repeated command is harmless. A refusal throws DomainError. */
const decide = ({ type, data }: DepartmentCommand, { name, successorId }: Department): readonly DepartmentEvent[] => {
  switch (type) {
    case 'CreateDepartment':
      if (name === data.name) return [];
      if (name !== null) throw new DomainError('department-exists', 'A department has this id already.', { name });
      return [{ type: 'DepartmentCreated', data }];
    case 'EnsureDepartment':
      return name === null ? [{ type: 'DepartmentCreated', data }] : [];
    case 'RenameDepartment':
      mustBeKnown(name);
      return name === data.name ? [] : [{ type: 'DepartmentRenamed', data }];
    case 'RetireDepartment':
      mustBeKnown(name);
      if (data.successorId === data.departmentId)
        throw new DomainError('succeeds-itself', 'The successor must be another department.', {}, 'invalid');
      return successorId === data.successorId ? [] : [{ type: 'DepartmentRetired', data }];
    case 'RestoreDepartment':
      mustBeKnown(name);
      return successorId === null ? [] : [{ type: 'DepartmentRestored', data }];
  }
};

function mustBeKnown(name: string | null): void {
  if (name === null) throw new DomainError('unknown-department', 'There is no such department.', {}, 'unknown');
}

export const departmentDecider: Decider<Department, DepartmentCommand, DepartmentEvent> = {
  category: 'department',
  initial: { name: null, successorId: null },
  evolve,
  decide,
};

/** What follows `department-` in the stream's name: two tenants may both have a department `billing`. */
export const departmentStreamId = (tenantId: string, departmentId: string): string =>
  uuid5(tenantId, `department/${departmentId}`);
