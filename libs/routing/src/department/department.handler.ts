import { DomainError, EventStore } from '@guichet/event-sourcing';
import { departmentDecider, departmentStreamId } from './department.js';

/** As the log has it: one that was just created is one. */
export const isDepartment = (events: EventStore, tenantId: string, departmentId: string): Promise<boolean> =>
  events.exists(tenantId, `${departmentDecider.category}-${departmentStreamId(tenantId, departmentId)}`);

/** @throws DomainError `unknown-department` (422) */
export async function mustBeDepartment(events: EventStore, tenantId: string, departmentId: string): Promise<void> {
  if (!(await isDepartment(events, tenantId, departmentId)))
    throw new DomainError('unknown-department', 'There is no such department.', { departmentId }, 'invalid');
}
