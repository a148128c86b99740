/** How long a killed part is missed: from the kill to the first thing that goes through it again. */
import type { ServiceName } from '@guichet/contracts';
import type { Publisher } from '../history.js';
import type { LivedTicket } from '../life/ledger.js';
import type { Command, People } from '../life/people.js';
import { openingOf } from '../life/ticket-life.js';
import type { Part } from '../parts/part.js';
import { ServicePart } from '../parts/service-part.js';

export interface Recovery {
  readonly part: string;
  readonly kind: string;
  /** Milliseconds from the kill until the part itself has carried out a command or answered a query. */
  readonly answersMs?: number;
  /** Milliseconds from the kill until a ticket opened after it was in routing's queue and in the figures. */
  readonly flowsMs?: number;
}

export interface ProbeOptions {
  readonly people: People;
  readonly tenant: string;
  readonly departmentId: string;
}

export class Probe {
  private count = 0;

  constructor(
    private readonly options: ProbeOptions,
    private readonly seed: number,
  ) {}

  /** @param killedAt of performance.now() */
  async after(part: Part, killedAt: number): Promise<Recovery> {
    const since = () => performance.now() - killedAt;
    const name = `probe-${this.seed}-${++this.count}`;
    const { kind } = part;
    const [answers, flows] = await Promise.all([
      this.answers(part, name).then((did) => (did ? since() : undefined)),
      this.flows(name).then((did) => (did ? since() : undefined)),
    ]);
    return {
      ...{ part: part.name, kind },
      ...(answers !== undefined && { answersMs: answers }),
      ...(flows !== undefined && { flowsMs: flows }),
    };
  }

  /** Through the part itself; of what serves all services, through each of them. */
  private async answers(part: Part, name: string): Promise<boolean> {
    const at = part instanceof ServicePart ? part.url : undefined;
    switch (part.kind as ServiceName | 'postgres' | 'kafka') {
      case 'identity':
        return this.ask(name, '/identity/v1/tenants?limit=1', 'operator', at);
      case 'intake':
        return (await this.open(`${name}-direct`, at)) !== undefined;
      case 'routing':
        return this.renameDepartment(name, at);
      case 'knowledge':
        return this.ask(name, '/knowledge/v1/categories', 'agent', at);
      case 'community':
        return this.ask(name, '/community/v1/categories', 'agent', at);
      case 'analytics':
        return this.ask(name, '/analytics/v1/kpis/tickets-opened', 'analyst', at);
      case 'postgres':
        return (
          (await this.open(`${name}-direct`, at)) !== undefined &&
          (await this.renameDepartment(name, at)) &&
          this.ask(name, '/analytics/v1/kpis/tickets-opened', 'analyst', at)
        );
      case 'kafka':
        return this.flows(`${name}-direct`);
    }
  }

  /** A new ticket, through the whole product. */
  private async flows(name: string): Promise<boolean> {
    const ticket = await this.open(name);
    if (ticket === undefined) return false;
    const headers = { 'guichet-after': `intake=${ticket.position}` };
    const { tenant, people } = this.options;
    const queued = await people.see(
      { tenant, role: 'agent', kind: `${name}: is queued` },
      { path: `/routing/v1/tickets/${ticket.ticketId}`, headers },
    );
    const counted = await people.see(
      { tenant, role: 'analyst', kind: `${name}: is counted` },
      { path: '/analytics/v1/kpis/tickets-opened', headers },
    );
    return queued !== undefined && counted !== undefined;
  }

  private async open(name: string, url?: string): Promise<{ ticketId: string; position: number } | undefined> {
    const { people, tenant, departmentId } = this.options;
    const { tenantId, outcome, body } = await people.command(through(openingOf(tenant, name, departmentId), url));
    if (outcome.is !== 'acknowledged') return undefined;
    const events: Record<Publisher, string[]> = { intake: ['TicketOpened'], routing: ['TicketQueued'] };
    const ticket: LivedTicket = { ticketId: String(body['ticketId']), tenantId, events };
    people.ledger.tickets.push(ticket);
    return { ticketId: ticket.ticketId, position: outcome.position };
  }

  private async renameDepartment(name: string, url?: string): Promise<boolean> {
    const { people, tenant, departmentId } = this.options;
    const command: Command = {
      ...{ service: 'routing', tenant, role: 'admin', kind: 'rename a department' },
      path: `/routing/v1/departments/${departmentId}/rename`,
      body: { name },
      key: name,
      streamId: () => '',
      leadsTo: ['DepartmentRenamed'],
    };
    return (await people.command(through(command, url))).outcome.is === 'acknowledged';
  }

  private async ask(name: string, path: string, role: string, url?: string): Promise<boolean> {
    const { people, tenant } = this.options;
    return (await people.see({ tenant, role, kind: `${name}: answers` }, { path }, url)) !== undefined;
  }
}

const through = (command: Command, url: string | undefined): Command =>
  url === undefined ? command : { ...command, url };
