import { type CommandOptions, DomainError, EventStore, type RecordedEvent, uuid5 } from '@guichet/event-sourcing';
import { Freshness, type Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { LRUCache } from 'lru-cache';
import { type Agent, type AgentEvent, agentDecider, agentStreamId } from './agent/agent.js';
import { type DepartmentEvent } from './department/department.js';
import { Departments } from './department/department.query.js';
import { DepartmentStates } from './department/department-states.query.js';
import { handlingDecider } from './handling/decide.js';
import { type AgentsCommand, type HandlingEvent } from './handling/handling.js';
import { WorkOnTicket } from './handling/handling.handler.js';
import { Tickets, type WorkPosition } from './ticket/ticket.query.js';

type Event = HandlingEvent | AgentEvent | DepartmentEvent;

/** Refusals of commands on a ticket that nobody works on any more. */
const outOfWork: ReadonlySet<string> = new Set(['ticket-not-open', 'ticket-withdrawn']);
/** Tickets handed over between two looks at the read model. */
const pageSize = 200;
/** How long a hand-over waits for the read model before the event is tried again. */
const readModelTimeoutMs = 10_000;

/**
 * Keeps tickets out of the hands of deactivated agents and out of retired departments, and moves tickets that waited
 * without a department to the first one. Follows routing's own log. Called at least once per event; each command's id
 * derives from the event's and the ticket's, so that it is carried out once.
 */
@Injectable()
export class ReorganizationPolicy implements Policy {
  /** Whether an agent takes tickets. A deactivation is entered here before the tickets of the agent are looked up. */
  private readonly agents = new LRUCache<string, Pick<Agent, 'active' | 'handOverTo'>>({ max: 20_000, ttl: 3_600_000 });
  private changes = 0;

  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly departments: DepartmentStates,
    private readonly directory: Departments,
    private readonly tickets: Tickets,
    private readonly freshness: Freshness,
  ) {}

  async handle(event: RecordedEvent): Promise<void> {
    const { tenantId } = event;
    const { type, data } = { type: event.type, data: event.data } as Event;
    switch (type) {
      case 'AgentDeactivated':
        this.changes++;
        this.agents.set(`${tenantId}/${data.agentId}`, { active: false, handOverTo: data.handOverTo ?? null });
        return this.moveAll(event, (after) => this.tickets.openOfAgent(tenantId, data.agentId, pageSize, after));
      case 'AgentReactivated':
        this.changes++;
        this.agents.delete(`${tenantId}/${data.agentId}`);
        return;
      case 'DepartmentRetired':
        this.departments.forget(tenantId, data.departmentId);
        return this.moveAll(event, (after) => this.tickets.openIn(tenantId, data.departmentId, pageSize, after));
      case 'DepartmentRestored':
        this.departments.forget(tenantId, data.departmentId);
        return;
      case 'DepartmentCreated':
        return this.moveAll(event, (after) => this.tickets.openIn(tenantId, null, pageSize, after));
      case 'TicketAssigned':
      case 'TicketReopened':
      case 'HandlingReturned':
      case 'TicketQueued':
      case 'TicketTransferred':
        // An import tells another system's past; where its tickets lie is for the importer to say.
        if (event.metadata.imported || !(await this.mayBeMisplaced(tenantId, { type, data } as Event))) return;
        return this.move(event, data.ticketId);
      case 'AssignmentReleased':
      case 'AgentReplied':
      case 'PriorityChanged':
      case 'TicketTagged':
      case 'TicketPaused':
      case 'TicketResumed':
      case 'TicketResolved':
      case 'WrapUpStarted':
      case 'WrapUpCompleted':
      case 'TicketClosed':
      case 'ActivityLogged':
      case 'InternalNoteAdded':
      case 'HandlingWithdrawn':
      case 'RequesterHeard':
      case 'TicketTakenOver':
      case 'AgentRegistered':
      case 'AgentDepartmentsChanged':
      case 'DepartmentRenamed':
        return;
    }
  }

  /** Asked of each such event, so it is answered without a look at the ticket wherever that is possible. */
  private async mayBeMisplaced(tenantId: string, { type, data }: Event): Promise<boolean> {
    if (type === 'TicketAssigned') return !(await this.agent(tenantId, data.agentId)).active;
    if (type === 'TicketQueued') return !(await this.isInService(tenantId, data.departmentId));
    if (type === 'TicketTransferred') return !(await this.isInService(tenantId, data.toDepartmentId));
    return true;
  }

  private async isInService(tenantId: string, departmentId: string | null): Promise<boolean> {
    if (departmentId === null) return false;
    return (await this.departments.inCharge(tenantId, departmentId)) === departmentId;
  }

  private async agent(tenantId: string, agentId: string): Promise<Pick<Agent, 'active' | 'handOverTo'>> {
    const key = `${tenantId}/${agentId}`;
    const known = this.agents.get(key);
    if (known !== undefined) return known;
    const { changes } = this;
    const { state } = await this.events.load(agentDecider, tenantId, agentStreamId(tenantId, agentId));
    // What was read before a change is answered, and not kept.
    if (changes === this.changes) this.agents.set(key, state);
    return state;
  }

  /** Everything that was in the log when the event was handled; what comes later is asked of each event by itself. */
  private async moveAll(
    event: RecordedEvent,
    page: (after: WorkPosition | undefined) => Promise<readonly WorkPosition[]>,
  ): Promise<void> {
    await this.mustHaveAllOf('ticket');
    let after: WorkPosition | undefined;
    do {
      const found = await page(after);
      for (const [, ticketId] of found) await this.move(event, ticketId);
      after = found.length < pageSize ? undefined : found.at(-1);
    } while (after !== undefined);
  }

  private async mustHaveAllOf(readModel: 'ticket' | 'department'): Promise<void> {
    if (await this.freshness.hasAllOfOwn(readModel, readModelTimeoutMs)) return;
    throw new Error(`Whoever is to be moved is not known yet: the read model ${readModel} lags.`);
  }

  /** Decides on the ticket as the log has it. */
  private async move(event: RecordedEvent, ticketId: string): Promise<void> {
    const { tenantId, occurredAt: at } = event;
    const { state } = await this.events.load(handlingDecider, tenantId, ticketId);
    if (state.status !== 'open' || state.withdrawn !== null) return;
    // An import says itself where its tickets lie, unless somebody here has had to do with them since.
    if (event.metadata.imported && state.heard === 0) return;
    const { departmentId: onlyFrom } = state;
    const toDepartmentId = await this.departmentInstead(tenantId, onlyFrom);
    if (toDepartmentId !== undefined) {
      const reason = onlyFrom === null ? 'first-department' : 'department-retired';
      const data = { ticketId, toDepartmentId, onlyFrom, reason, keepAssignee: true, at };
      await this.execute(event, { type: 'TransferTicket', data }, 'department');
    }
    if (state.agentId === null) return;
    const { active, handOverTo } = await this.agent(tenantId, state.agentId);
    if (active) return;
    const successor = handOverTo !== null && (await this.agent(tenantId, handOverTo)).active ? handOverTo : null;
    if (successor !== null)
      await this.execute(event, { type: 'AssignTicket', data: { ticketId, agentId: successor, at } });
    else {
      const data = { ticketId, agentId: state.agentId, anyAssignee: true, reason: 'agent-deactivated', at };
      await this.execute(event, { type: 'ReleaseTicket', data });
    }
  }

  /** Where the ticket belongs, if that is not where it is. */
  private async departmentInstead(tenantId: string, departmentId: string | null): Promise<string | undefined> {
    const named = departmentId ?? (await this.firstDepartment(tenantId));
    if (named === null) return undefined;
    const inCharge = await this.departments.inCharge(tenantId, named);
    return inCharge === departmentId ? undefined : inCharge;
  }

  /** Of those that were created before the event; a list that lags would leave the ticket where nobody fetches it. */
  private async firstDepartment(tenantId: string): Promise<string | null> {
    const known = await this.directory.first(tenantId);
    if (known !== null) return known;
    await this.mustHaveAllOf('department');
    return this.directory.first(tenantId);
  }

  private async execute(event: RecordedEvent, command: AgentsCommand, part = 'agent'): Promise<void> {
    const { eventId, tenantId, metadata } = event;
    const { correlationId, traceparent } = metadata;
    const { ticketId } = command.data;
    const options: CommandOptions = {
      context: { tenantId, actor: { kind: 'system', id: 'routing' }, correlationId, causationId: eventId, traceparent },
      commandId: uuid5(eventId, `reorganization/${part}/${ticketId}`),
    };
    try {
      await this.commands.execute(new WorkOnTicket(ticketId, command, options));
    } catch (error) {
      // Somebody was faster: a ticket that is out of work needs no hand-over.
      if (error instanceof DomainError && outOfWork.has(error.code)) return;
      // Whoever was to get the ticket was deactivated or retired meanwhile: the next try asks the log.
      this.agents.clear();
      if (command.type === 'TransferTicket') this.departments.forget(tenantId, command.data.toDepartmentId);
      throw error;
    }
  }
}
