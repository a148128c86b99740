import { type Projection, type ProjectionTransaction, type RecordedEvent } from '@guichet/event-sourcing';
import { type AgentEvent } from './agent.js';

/**
 * The agents of each tenant, the departments they work for, and whether they get tickets; `created_position` keeps the
 * order they came in.
 */
export class AgentProjection implements Projection {
  readonly name = 'agent';
  readonly version = 2;
  readonly tables = ['agent'];

  ddl(schema: string): readonly string[] {
    return [
      `create table ${schema}.agent (
        tenant_id uuid not null,
        agent_id text not null,
        name text not null,
        department_ids text[] not null,
        active boolean not null,
        version int not null,
        created_position bigint not null,
        primary key (tenant_id, agent_id))`,
      `create index on ${schema}.agent (tenant_id, created_position)`,
    ];
  }

  concerns({ streamId }: RecordedEvent): boolean {
    return streamId.startsWith('agent-');
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const event of events.filter((event) => this.concerns(event))) {
      await this.applyOne({ type: event.type, data: event.data } as AgentEvent, event, tx);
    }
  }

  private async applyOne(
    { type, data }: AgentEvent,
    { tenantId, version, position }: RecordedEvent,
    tx: ProjectionTransaction,
  ): Promise<void> {
    switch (type) {
      case 'AgentRegistered':
        await tx.query(`insert into ${tx.schema}.agent values ($1, $2, $3, $4, true, $5, $6) on conflict do nothing`, [
          tenantId,
          data.agentId,
          data.name,
          data.departmentIds,
          version,
          position,
        ]);
        return;
      case 'AgentDepartmentsChanged':
        await tx.query(
          `update ${tx.schema}.agent set department_ids = $3, version = $4 where tenant_id = $1 and agent_id = $2`,
          [tenantId, data.agentId, data.departmentIds, version],
        );
        return;
      case 'AgentDeactivated':
      case 'AgentReactivated':
        await tx.query(
          `update ${tx.schema}.agent set active = $3, version = $4 where tenant_id = $1 and agent_id = $2`,
          [tenantId, data.agentId, type === 'AgentReactivated', version],
        );
        return;
    }
  }
}
