/** Names of departments and agents, for answers that people read. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import type { DirectoryEvent } from '../ticket-facts/ticket-event.js';
import { textArrayLiteral } from './binary-arrays.js';
import { BulkTable, type Column } from './bulk-table.store.js';
import { start } from './turns.store.js';

interface Named {
  readonly tenantId: string;
  readonly id: string;
  readonly name: string;
}
interface AgentDepartments {
  readonly tenantId: string;
  readonly id: string;
  readonly departmentIds: readonly string[];
}

export const departmentColumns: readonly Column<Named>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'department_id', type: 'text', key: true, value: (row) => row.id },
  { name: 'name', type: 'text', value: (row) => row.name },
];
const agentNameColumns: readonly Column<Named>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'agent_id', type: 'text', key: true, value: (row) => row.id },
  { name: 'name', type: 'text', initially: '', value: (row) => row.name },
];
const worksFor: Column<AgentDepartments> = {
  ...{ name: 'department_ids', type: 'text', as: 'text[]', initially: '{}' },
  value: (row) => textArrayLiteral(row.departmentIds),
};
const agentDepartmentColumns: readonly Column<AgentDepartments>[] = [
  { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
  { name: 'agent_id', type: 'text', key: true, value: (row) => row.id },
  worksFor,
];
/** Names and departments come in events of their own, so that each is written without the other. */
export const agentColumns = [...agentNameColumns, worksFor];

const departments = new BulkTable('department_directory', departmentColumns);
const agents = new BulkTable('agent_directory', agentNameColumns);
const agentDepartments = new BulkTable('agent_directory', agentDepartmentColumns, 'agent_directory.departments');

/** The last event of each name counts; a department or agent is one stream, so its events come in order. */
export async function writeDirectories(tx: ProjectionTransaction, events: readonly DirectoryEvent[]): Promise<void> {
  if (events.length === 0) return;
  const named = { department: new Map<string, Named>(), agent: new Map<string, Named>() };
  const works = new Map<string, AgentDepartments>();
  for (const { type, tenantId, data } of events) {
    switch (type) {
      case 'DepartmentCreated':
      case 'DepartmentRenamed':
        named.department.set(`${tenantId}/${data.departmentId}`, { tenantId, id: data.departmentId, name: data.name });
        break;
      case 'AgentRegistered':
        named.agent.set(`${tenantId}/${data.agentId}`, { tenantId, id: data.agentId, name: data.name });
        works.set(`${tenantId}/${data.agentId}`, { tenantId, id: data.agentId, departmentIds: data.departmentIds });
        break;
      case 'AgentDepartmentsChanged':
        works.set(`${tenantId}/${data.agentId}`, { tenantId, id: data.agentId, departmentIds: data.departmentIds });
        break;
      // Names and memberships stay for the figures of the past.
      case 'DepartmentRetired':
      case 'DepartmentRestored':
      case 'AgentDeactivated':
      case 'AgentReactivated':
      case 'DepartmentScopeChanged':
        break;
    }
  }
  await start(tx, departments.upsert(tx.schema, [...named.department.values()]));
  await start(tx, agents.upsert(tx.schema, [...named.agent.values()]));
  await start(tx, agentDepartments.upsert(tx.schema, [...works.values()]));
}
