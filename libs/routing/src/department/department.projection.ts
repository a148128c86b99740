import { type Projection, type ProjectionTransaction, type RecordedEvent } from '@guichet/event-sourcing';
import { type DepartmentEvent } from './department.js';

/**
 * The departments of each tenant by name, with the successor of those that are retired; `created_position` keeps the
 * order they were created in.
 */
export class DepartmentProjection implements Projection {
  readonly name = 'department';
  readonly version = 2;
  readonly tables = ['department'];

  ddl(schema: string): readonly string[] {
    return [
      `create table ${schema}.department (
        tenant_id uuid not null,
        department_id text not null,
        name text not null,
        successor_id text,
        version int not null,
        created_position bigint not null,
        primary key (tenant_id, department_id))`,
      `create index on ${schema}.department (tenant_id, created_position)`,
    ];
  }

  concerns({ streamId }: RecordedEvent): boolean {
    return streamId.startsWith('department-');
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const event of events.filter((event) => this.concerns(event))) {
      await this.applyOne({ type: event.type, data: event.data } as DepartmentEvent, event, tx);
    }
  }

  private async applyOne(
    { type, data }: DepartmentEvent,
    { tenantId, version, position }: RecordedEvent,
    tx: ProjectionTransaction,
  ): Promise<void> {
    const { departmentId } = data;
    switch (type) {
      case 'DepartmentCreated':
        await tx.query(`insert into ${tx.schema}.department values ($1, $2, $3, null, $4, $5) on conflict do nothing`, [
          tenantId,
          departmentId,
          data.name,
          version,
          position,
        ]);
        return;
      case 'DepartmentRenamed':
        await tx.query(
          `update ${tx.schema}.department set name = $3, version = $4 where tenant_id = $1 and department_id = $2`,
          [tenantId, departmentId, data.name, version],
        );
        return;
      case 'DepartmentRetired':
      case 'DepartmentRestored':
        await tx.query(
          `update ${tx.schema}.department set successor_id = $3, version = $4 where tenant_id = $1 and department_id = $2`,
          [tenantId, departmentId, type === 'DepartmentRetired' ? data.successorId : null, version],
        );
        return;
    }
  }
}
