import { DomainError, EventStore } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { type Department, departmentDecider, departmentStreamId } from './department.js';

/** Departments in a chain of successors at most. */
const maxSuccessors = 20;

/**
 * Departments as the log has them. A department that exists is remembered for ten seconds: another replica may put a
 * ticket into a department that was retired meanwhile, and the reorganization policy moves it on.
 */
@Injectable()
export class DepartmentStates {
  private readonly remembered = new LRUCache<string, Department>({ max: 4096, ttl: 10_000 });
  private changes = 0;

  constructor(private readonly events: EventStore) {}

  /** Undefined if there is no such department; that is never remembered. */
  async find(tenantId: string, departmentId: string): Promise<Department | undefined> {
    const key = `${tenantId}/${departmentId}`;
    const known = this.remembered.get(key);
    if (known !== undefined) return known;
    const { changes } = this;
    const { state } = await this.events.load(departmentDecider, tenantId, departmentStreamId(tenantId, departmentId));
    if (state.name === null) return undefined;
    // What was read before a change is answered, and not kept.
    if (changes === this.changes) this.remembered.set(key, state);
    return state;
  }

  /** The department was changed: the next question reads the log. */
  forget(tenantId: string, departmentId: string): void {
    this.changes++;
    this.remembered.delete(`${tenantId}/${departmentId}`);
  }

  /**
   * The department itself, or the one that stands in for it after its retirement; undefined if there is no such
   * department.
   */
  async inCharge(tenantId: string, departmentId: string): Promise<string | undefined> {
    let id = departmentId;
    for (let followed = 0; followed <= maxSuccessors; followed++) {
      const department = await this.find(tenantId, id);
      if (department === undefined) return undefined;
      if (department.successorId === null) return id;
      id = department.successorId;
    }
    // Two departments that were made each other's successor at the same moment: the tickets stay where they are.
    return departmentId;
  }

  /**
   * @throws DomainError `unknown-department` or `department-retired` (422; `details.successorId` says which one to
   * name)
   */
  async mustBeOpen(tenantId: string, departmentId: string): Promise<void> {
    const department = await this.find(tenantId, departmentId);
    if (department === undefined)
      throw new DomainError('unknown-department', 'There is no such department.', { departmentId }, 'invalid');
    if (department.successorId === null) return;
    const details = { departmentId, successorId: department.successorId };
    throw new DomainError('department-retired', 'The department is retired. Name its successor.', details, 'invalid');
  }
}
