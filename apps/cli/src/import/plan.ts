/** What an import would do: found out by making every event once, before anything is sent. */
import type { ImportedEvent } from './folding/ticket.js';
import type { CompiledMapping } from './mapping/compile.js';
import type { RejectedRows } from './reading/rejected.js';
import type { Staging } from './reading/staging.js';

export interface Plan {
  readonly tickets: number;
  readonly events: number;
  readonly eventsByType: Readonly<Record<string, number>>;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  /** How many tickets were opened by which channel, with which priority; at most 1,000 of each are told apart. */
  readonly channels: Readonly<Record<string, number>>;
  readonly priorities: Readonly<Record<string, number>>;
  /** Rows that no event could be made of. */
  readonly rejected: number;
  readonly departments: readonly string[];
  readonly agents: readonly {
    readonly agentId: string;
    readonly name: string;
    readonly departmentIds: readonly string[];
  }[];
  /** The first rows, as events. */
  readonly sample: readonly ImportedEvent[];
}

const sampleSize = 12;
/** An agent's contract takes no more departments. */
const maxDepartments = 200;
const anyTenant = '00000000-0000-0000-0000-000000000000';

export function planImport(
  compiled: CompiledMapping,
  staging: Staging,
  rejected: RejectedRows,
  signal?: AbortSignal,
): Plan {
  const census = new Census();
  const sample: ImportedEvent[] = [];
  let tickets = 0;
  let rejections = 0;
  for (const { key, rows } of staging.tickets()) {
    signal?.throwIfAborted();
    const folded = compiled.fold(anyTenant, key, rows);
    for (const { line, reason } of folded.rejected) rejected.add(line, key, reason);
    rejections += folded.rejected.length;
    if (folded.events.length > 0) tickets += 1;
    sample.push(...folded.events.slice(0, sampleSize - sample.length));
    census.count(folded.events, folded.agentNames);
  }
  return { tickets, rejected: rejections, sample, ...census.result() };
}

class Census {
  private events = 0;
  private readonly byType = new Map<string, number>();
  private readonly channels = new Map<string, number>();
  private readonly priorities = new Map<string, number>();
  private firstAt: string | null = null;
  private lastAt: string | null = null;
  private readonly departments = new Set<string>();
  private readonly agents = new Map<string, { name: string; departmentIds: Set<string> }>();

  count(events: readonly ImportedEvent[], names: ReadonlyMap<string, string>): void {
    let department: string | null = null;
    for (const { type, data, actor } of events) {
      this.events += 1;
      tally(this.byType, type);
      if (type === 'TicketOpened') tally(this.channels, String(data['channel']));
      if (type === 'TicketQueued') tally(this.priorities, String(data['priority']));
      const at = String(data['at']);
      if (this.firstAt === null || at < this.firstAt) this.firstAt = at;
      if (this.lastAt === null || at > this.lastAt) this.lastAt = at;
      department = departmentAfter(type, data) ?? department;
      if (department !== null) this.departments.add(department);
      if (actor.kind === 'agent' && actor.id !== undefined) this.meet(actor.id, department, names);
      if (actor.kind !== 'bot' && typeof data['agentId'] === 'string') this.meet(data['agentId'], department, names);
    }
  }

  private meet(agentId: string, department: string | null, names: ReadonlyMap<string, string>): void {
    const known = this.agents.get(agentId) ?? { name: agentId, departmentIds: new Set<string>() };
    known.name = names.get(agentId) ?? known.name;
    if (department !== null && known.departmentIds.size < maxDepartments) known.departmentIds.add(department);
    this.agents.set(agentId, known);
  }

  result() {
    return {
      events: this.events,
      eventsByType: mostFirst(this.byType),
      channels: mostFirst(this.channels),
      priorities: mostFirst(this.priorities),
      firstAt: this.firstAt,
      lastAt: this.lastAt,
      departments: [...this.departments].sort(),
      agents: [...this.agents].map(([agentId, { name, departmentIds }]) => ({
        agentId,
        name,
        departmentIds: [...departmentIds],
      })),
    };
  }
}

function tally(counts: Map<string, number>, name: string): void {
  if (counts.has(name) || counts.size < 1000) counts.set(name, (counts.get(name) ?? 0) + 1);
}

const mostFirst = (counts: ReadonlyMap<string, number>): Record<string, number> =>
  Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));

function departmentAfter(type: string, data: ImportedEvent['data']): string | null {
  const department =
    type === 'TicketTransferred' ? data['toDepartmentId'] : type === 'TicketQueued' ? data['departmentId'] : null;
  return typeof department === 'string' ? department : null;
}
