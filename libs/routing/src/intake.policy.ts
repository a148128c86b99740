import { type CommandOptions, type CommandResult, type RecordedEvent, uuid5 } from '@guichet/event-sourcing';
import { Freshness, type Policy } from '@guichet/service';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { LRUCache } from 'lru-cache';
import { DepartmentStates } from './department/department-states.query.js';
import { Departments } from './department/department.query.js';
import { type HandlingEvent, type Placed, type RequestersCommand } from './handling/handling.js';
import { WorkOnTicket } from './handling/handling.handler.js';
import { commandAfter, type IntakeFact, intakeFact } from './intake-facts.js';

/** Long enough for a projection that is at work; the ticket is queued all the same if it is not. */
const departmentsTimeoutMs = 2_000;

/**
 * What follows in routing from what requesters do: an opened ticket is queued, a reply ends the wait for it, and so on.
 * Called at least once per event; the command's id derives from the event's, so that it is carried out once. Imported
 * events are left alone: the importer brings what followed from them.
 */
@Injectable()
export class IntakePolicy implements Policy {
  /** By tenant: the first department stays the first. */
  private readonly firstDepartments = new LRUCache<string, string>({ max: 4096, ttl: 10_000 });

  constructor(
    private readonly commands: CommandBus,
    private readonly states: DepartmentStates,
    private readonly departments: Departments,
    private readonly freshness: Freshness,
  ) {}

  async handle(event: RecordedEvent): Promise<void> {
    const fact = intakeFact(event);
    if (fact === undefined || event.metadata.imported) return;
    const placed = fact.type === 'TicketOpened' ? await this.place(event.tenantId, fact.data) : { departmentId: null };
    await this.follow(event, fact, placed);
  }

  private async follow(event: RecordedEvent, fact: IntakeFact, placed: Placed): Promise<void> {
    const { ticketId } = fact.data;
    const command = commandAfter(fact, event.version, placed);
    if (command === undefined) return;
    const options = optionsFor(event, fact);
    const { version, events } = await this.commands.execute(new WorkOnTicket(ticketId, command, options));
    if (fact.type === 'TicketMerged' && hasUnfinishedWork(events)) await this.takeOver(fact.data, options);
    if (version > 0 || !waitsForSomebody(fact)) return;
    // An import told of the ticket and left the work on it out: what its requester says now must reach somebody.
    await this.commands.execute(
      new WorkOnTicket(ticketId, await this.queueing(event, fact), {
        ...options,
        commandId: uuid5(event.eventId, 'routing/queue'),
      }),
    );
  }

  /** Follows merges to the ticket that carries the work on now; one is asked once, so that an imported circle ends. */
  private async takeOver(
    { ticketId: mergedTicketId, intoTicketId, at }: Merging,
    options: CommandOptions,
  ): Promise<void> {
    const asked = new Set<string>();
    for (let next: string | undefined = intoTicketId; next !== undefined && !asked.has(next);) {
      asked.add(next);
      const command = { type: 'TakeOverWork', data: { ticketId: next, mergedTicketId, at } } as const;
      const commandId = uuid5(options.commandId ?? mergedTicketId, `take over/${next}`);
      const { events }: CommandResult = await this.commands.execute(
        new WorkOnTicket(next, command, { ...options, commandId }),
      );
      next = passedTo(events);
    }
  }

  private async queueing({ tenantId, version }: RecordedEvent, { data }: IntakeFact): Promise<RequestersCommand> {
    const { ticketId, at } = data;
    const { departmentId } = await this.place(tenantId, {});
    return {
      type: 'QueueTicket',
      data: { ticketId, ticketVersion: version, departmentId, priority: 'normal', tags: [], at },
    };
  }

  /**
   * In the department asked for, or its successor if it is retired; else in the tenant's first, likewise; else in none.
   */
  private async place(tenantId: string, { departmentId: asked }: { departmentId?: string }): Promise<Placed> {
    const inCharge = asked === undefined ? undefined : await this.states.inCharge(tenantId, asked);
    if (inCharge !== undefined) return { departmentId: inCharge };
    const first = await this.firstDepartment(tenantId);
    const departmentId = first === null ? null : ((await this.states.inCharge(tenantId, first)) ?? first);
    return { departmentId, ...(asked !== undefined && { unknownDepartmentId: asked }) };
  }

  private async firstDepartment(tenantId: string): Promise<string | null> {
    const known = this.firstDepartments.get(tenantId);
    if (known !== undefined) return known;
    // Departments created before the ticket must be seen, however busy the projection is.
    await this.freshness.hasAllOfOwn('department', departmentsTimeoutMs);
    const first = await this.departments.first(tenantId);
    if (first !== null) this.firstDepartments.set(tenantId, first);
    return first;
  }
}

type Merging = Extract<IntakeFact, { type: 'TicketMerged' }>['data'];

const told = (events: readonly RecordedEvent[]) => events.map(({ type, data }) => ({ type, data }) as HandlingEvent);

const hasUnfinishedWork = (events: readonly RecordedEvent[]): boolean =>
  told(events).some(({ type, data }) => type === 'HandlingWithdrawn' && data.unfinished === true);

const passedTo = (events: readonly RecordedEvent[]): string | undefined =>
  told(events).flatMap(({ type, data }) => (type === 'TicketTakenOver' ? [data.passedTo] : []))[0];

const waitsForSomebody = ({ type }: IntakeFact): boolean =>
  type === 'RequesterReplied' || type === 'TicketReopenedByRequester';

/** Queueing is routing's own doing; everything else is done by whoever did it in intake. */
function optionsFor({ eventId, tenantId, metadata }: RecordedEvent, { type }: IntakeFact): CommandOptions {
  const { correlationId, traceparent } = metadata;
  const actor = type === 'TicketOpened' ? ({ kind: 'system', id: 'routing' } as const) : metadata.actor;
  return {
    context: { tenantId, actor, correlationId, causationId: eventId, traceparent },
    commandId: uuid5(eventId, 'routing'),
  };
}
