/** Test support: writes the events of tickets as they arrive in the received log. */
import type { IntakeEventData, RoutingEventData } from '@guichet/contracts';
import type { Actor, RecordedEvent } from '@guichet/event-sourcing';

type Without<Data> = Omit<Data, 'ticketId' | 'at'>;
type EventData = { [T in keyof IntakeEventData]: IntakeEventData[T] } & {
  [T in keyof RoutingEventData]: RoutingEventData[T];
};
export type Written<Type extends keyof EventData> = Partial<Without<EventData[Type]>>;

export const tenantId = '0197e2a0-0000-7000-8000-000000000001';
export const ticketIdOf = (number: number): string => `0197e2a0-0000-7000-8000-${String(number).padStart(12, '0')}`;
/** Minute 0 of the stories: a Monday. */
export const start = Date.UTC(2026, 2, 2, 9, 0, 0);
const replyId = '0197e2a0-0000-7000-8000-0000000000aa';

const defaults: { readonly [T in keyof EventData]?: object } = {
  TicketOpened: {
    number: 'GU-1001',
    requesterId: 'r1',
    subject: 'Charged twice',
    channel: 'portal',
    device: 'desktop',
    locale: 'fr',
  },
  RequesterReplied: { replyId, body: '' },
  TicketMerged: { intoTicketId: ticketIdOf(999) },
  TicketUnmerged: { fromTicketId: ticketIdOf(999) },
  TicketSplit: { intoTicketId: ticketIdOf(998), replies: [] },
  TicketQueued: { departmentId: 'billing', priority: 'normal' },
  TicketAssigned: { agentId: 'ada', departmentId: null },
  AssignmentReleased: { agentId: 'ada' },
  TicketTransferred: { fromDepartmentId: 'billing', toDepartmentId: 'technical', reason: 'wrong department' },
  AgentReplied: { replyId, agentId: 'ada', body: '', automatic: false },
  PriorityChanged: { from: 'normal', to: 'high' },
  TicketTagged: { tags: [] },
  TicketPaused: { reason: 'requester' },
  TicketResolved: { departmentId: null },
  WrapUpStarted: { agentId: 'ada' },
  WrapUpCompleted: { agentId: 'ada' },
  TicketClosed: { automatic: false },
  ActivityLogged: { activity: 'call' },
};

/** One ticket's two streams. Times are minutes after `start`. */
export class TicketStory {
  readonly intake: RecordedEvent[] = [];
  readonly routing: RecordedEvent[] = [];

  constructor(
    readonly ticketId = ticketIdOf(1),
    readonly tenant = tenantId,
  ) {}

  /** Intake tells. */
  told<T extends keyof IntakeEventData>(type: T, minute: number, data: Written<T> = {}, actor?: Actor): this {
    this.intake.push(this.event(this.intake, 'ticket', type, minute, data, actor ?? { kind: 'requester', id: 'r1' }));
    return this;
  }

  /** Routing tells; the actor is an agent if named by id. */
  did<T extends keyof RoutingEventData>(type: T, minute: number, data: Written<T> = {}, by?: string | Actor): this {
    const actor: Actor = typeof by === 'string' ? { kind: 'agent', id: by } : (by ?? { kind: 'system' });
    this.routing.push(this.event(this.routing, 'handling', type, minute, data, actor));
    return this;
  }

  private event<T extends keyof EventData>(
    stream: readonly RecordedEvent[],
    category: string,
    type: T,
    minute: number,
    data: object,
    actor: Actor,
  ): RecordedEvent {
    const at = new Date(start + minute * 60_000).toISOString();
    return {
      position: 0,
      eventId: replyId,
      tenantId: this.tenant,
      streamId: `${category}-${this.ticketId}`,
      version: stream.length + 1,
      type,
      schemaVersion: 1,
      data: { ticketId: this.ticketId, at, ...defaults[type], ...data },
      metadata: { actor, correlationId: 'c1' },
      occurredAt: at,
      recordedAt: at,
    };
  }
}
