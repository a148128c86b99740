/** How a ticket's fact stands in ticket_fact. */
import { type Moment, secondsBetween, type TicketFact } from '../ticket-facts/ticket-fact.js';
import { textArrayLiteral } from './binary-arrays.js';
import type { Column } from './bulk-table.store.js';

/** A fact and the text of the fold it was derived from. */
export interface FactRow {
  readonly fact: TicketFact;
  readonly fold: string;
}

type FactColumn = Column<FactRow>;

const uuid = (name: string, value: (fact: TicketFact) => string | null): FactColumn => ({
  name,
  type: 'uuid',
  nullable: true,
  value: ({ fact }) => value(fact),
});
const text = (name: string, value: (fact: TicketFact) => string | null): FactColumn => ({
  name,
  type: 'text',
  nullable: true,
  value: ({ fact }) => value(fact),
});
const flag = (name: string, value: (fact: TicketFact) => boolean): FactColumn => ({
  name,
  type: 'bool',
  value: ({ fact }) => value(fact),
});
const count = (name: string, value: (fact: TicketFact) => number): FactColumn => ({
  name,
  type: 'int4',
  value: ({ fact }) => value(fact),
});
const seconds = (name: string, value: (fact: TicketFact) => number | null): FactColumn => ({
  name,
  type: 'int8',
  nullable: true,
  value: ({ fact }) => value(fact),
});
const instant = (name: string, value: (fact: TicketFact) => number | null): FactColumn => ({
  name,
  type: 'timestamptz',
  nullable: true,
  value: ({ fact }) => value(fact),
});

const required = (column: FactColumn): FactColumn => ({ ...column, nullable: false });

/** The columns of a moment: when, and who owned the ticket. */
const moment = (name: string, value: (fact: TicketFact) => Moment | null): FactColumn[] => [
  instant(`${name}_at`, (fact) => value(fact)?.at ?? null),
  text(`${name}_department_id`, (fact) => value(fact)?.departmentId ?? null),
  text(`${name}_priority`, (fact) => value(fact)?.priority ?? null),
  text(`${name}_agent_id`, (fact) => value(fact)?.agentId ?? null),
];

const sinceOpening = (name: string, until: (fact: TicketFact) => number | null | undefined): FactColumn =>
  seconds(name, (fact) => {
    const end = until(fact) ?? null;
    return fact.openedAt === null || end === null ? null : secondsBetween(fact.openedAt, end);
  });

export const factColumns: readonly FactColumn[] = [
  required({ ...uuid('tenant_id', (fact) => fact.tenantId), key: true }),
  required({ ...uuid('ticket_id', (fact) => fact.ticketId), key: true }),
  text('number', (fact) => fact.number),
  text('requester_id', (fact) => fact.requesterId),
  text('channel', (fact) => fact.channel),
  text('device', (fact) => fact.device),
  text('locale', (fact) => fact.locale),
  instant('opened_at', (fact) => fact.openedAt),
  text('opened_by', (fact) => fact.openedBy),
  text('opening_department_id', (fact) => fact.openingDepartmentId),
  text('opening_priority', (fact) => fact.openingPriority),
  flag('spam', (fact) => fact.spam),
  uuid('merged_into', (fact) => fact.mergedIntoTicketId),
  flag('counted', (fact) => fact.counted),
  flag('net', (fact) => fact.net),
  text('status', (fact) => fact.status),
  text('department_id', (fact) => fact.departmentId),
  text('priority', (fact) => fact.priority),
  text('agent_id', (fact) => fact.agentId),
  required({ ...text('tags', (fact) => textArrayLiteral(fact.tags)), as: 'text[]' }),
  ...moment('first_assigned', (fact) => fact.firstAssignment),
  sinceOpening('first_assignment_seconds', (fact) => fact.firstAssignment?.at),
  ...moment('first_response', (fact) => fact.firstResponse),
  sinceOpening('first_response_seconds', (fact) => fact.firstResponse?.at),
  ...moment('first_resolved', (fact) => fact.firstResolution),
  sinceOpening('first_resolution_seconds', (fact) => fact.firstResolution?.at),
  ...moment('last_resolved', (fact) => fact.lastResolution),
  sinceOpening('full_resolution_seconds', (fact) => fact.lastResolution?.at),
  instant('last_closed_at', (fact) => fact.lastClosedAt),
  sinceOpening('close_seconds', (fact) => fact.lastClosedAt),
  ...moment('last_ended', (fact) => fact.lastEnd),
  seconds('handle_seconds', (fact) => fact.handleSeconds),
  instant('handle_since', (fact) => fact.handleSince),
  seconds('wrap_up_seconds', (fact) => fact.wrapUpSeconds),
  ...moment('last_wrap_up', (fact) => fact.lastWrapUp),
  seconds('requester_wait_seconds', (fact) => fact.requesterWaitSeconds),
  instant('requester_wait_since', (fact) => fact.requesterWaitSince),
  count('transfers', (fact) => fact.transfers.length),
  count('transfers_to_first_resolution', (fact) => fact.transfersToFirstResolution),
  count('agent_changes', (fact) => fact.agentChangeCount),
  count('agent_changes_to_first_resolution', (fact) => fact.agentChangesToFirstResolution),
  count('ping_pong_returns', (fact) => fact.pingPongReturns),
  count('reopenings', (fact) => fact.reopenings.length),
  count('resolutions', (fact) => fact.resolutions.length),
  count('requester_messages', (fact) => fact.requesterMessageCount),
  count('agent_messages', (fact) => fact.agentMessageCount),
  count('automatic_replies', (fact) => fact.automaticReplyCount),
  flag('one_touch', (fact) => fact.oneTouch),
  required({ ...text('activities', (fact) => JSON.stringify(activitiesByName(fact))), as: 'jsonb' }),
  required(instant('last_event_at', (fact) => fact.lastEventAt)),
  { name: 'fold', type: 'json', value: ({ fold }) => fold },
];

function activitiesByName({ activities }: TicketFact): Record<string, { n: number; seconds: number }> {
  const byName = new Map<string, { n: number; seconds: number }>();
  for (const { activity, n, seconds } of activities) {
    const before = byName.get(activity);
    byName.set(activity, { n: n + (before?.n ?? 0), seconds: seconds + (before?.seconds ?? 0) });
  }
  return Object.fromEntries(byName);
}
