import { TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';

export interface AgentRow {
  readonly agent_id: string;
  readonly name: string;
  readonly department_ids: string[];
  readonly active: boolean;
  readonly version: number;
  /** bigint, as pg reads it. */
  readonly created_position: string;
}

@Injectable()
export class Agents {
  constructor(private readonly database: TenantDatabase) {}

  async find(tenantId: string, agentId: string): Promise<AgentRow | undefined> {
    const [row] = await this.database.query<AgentRow>(
      tenantId,
      `select agent_id, name, department_ids, active, version, created_position from read_model.agent
       where tenant_id = $1 and agent_id = $2`,
      [tenantId, agentId],
    );
    return row;
  }

  /** In the order they were registered; `after` is the `created_position` of the last one seen. */
  list(tenantId: string, limit: number, after = '0', departmentId?: string): Promise<AgentRow[]> {
    return this.database.query<AgentRow>(
      tenantId,
      `select agent_id, name, department_ids, active, version, created_position from read_model.agent
       where tenant_id = $1 and created_position > $2 and ($4::text is null or $4 = any(department_ids))
       order by created_position limit $3`,
      [tenantId, after, limit, departmentId ?? null],
    );
  }
}
