import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export interface DepartmentRow {
  readonly department_id: string;
  readonly name: string;
  /** Of a retired department. */
  readonly successor_id: string | null;
  readonly version: number;
  /** bigint, as pg reads it. */
  readonly created_position: string;
}

@Injectable()
export class Departments {
  constructor(private readonly database: TenantDatabase) {}

  async find(tenantId: string, departmentId: string): Promise<DepartmentRow | undefined> {
    const [row] = await this.database.query<DepartmentRow>(tenantId, {
      name: 'department',
      text: `select department_id, name, successor_id, version, created_position from read_model.department
       where tenant_id = $1 and department_id = $2`,
      values: [tenantId, departmentId],
    });
    return row;
  }

  /** In the order they were created; `after` is the `created_position` of the last one seen. */
  list(tenantId: string, limit: number, after = '0'): Promise<DepartmentRow[]> {
    return this.database.query<DepartmentRow>(tenantId, {
      name: 'departments',
      text: `select department_id, name, successor_id, version, created_position from read_model.department
       where tenant_id = $1 and created_position > $2 order by created_position limit $3`,
      values: [tenantId, after, limit],
    });
  }

  /** Where a ticket waits that asked for no department, or for one there is not: the tenant's first. */
  async first(tenantId: string): Promise<string | null> {
    const [row] = await this.list(tenantId, 1);
    return row?.department_id ?? null;
  }
}
