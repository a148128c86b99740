/**
 * Where the facts behind each metric stand: what cells/contributions.ts adds up, said in SQL. `f` is a ticket_fact, `m`
 * a ticket_moment of it. A property test holds the two against each other.
 */
import type { Basis, Duration, MetricName } from '../../cells/metrics.js';

/** When and where a fact was made, as SQL. */
export interface Place {
  readonly at: string;
  readonly department: string;
  readonly priority: string;
  readonly agent: string;
}

export interface ItemSource {
  /** One item per ticket_moment of this kind; undefined: one per ticket_fact. */
  readonly kind?: string;
  readonly where: string;
  readonly place: Place;
  /** How many an item stands for. */
  readonly n: string;
  /** Of a distribution: the item's value, a whole number. */
  readonly value?: string;
}

/**
 * Tickets of the population that have not come to a duration's end: `missing` all of them, `pending` those that still
 * can, `young` those pending that were opened less than the longest band ago.
 */
export type Unmeasured = `${'missing' | 'pending' | 'young'}:${Duration}`;
export type FactMetric = MetricName | Unmeasured;

export const openingPlace: Place = {
  at: 'f.opened_at',
  department: 'f.opening_department_id',
  priority: 'f.opening_priority',
  agent: 'f.agent_id',
};
const nowPlace: Place = {
  at: 'f.opened_at',
  department: 'f.department_id',
  priority: 'f.priority',
  agent: 'f.agent_id',
};
const placeOf = (prefix: string): Place => ({
  at: `f.${prefix}_at`,
  department: `f.${prefix}_department_id`,
  priority: `f.${prefix}_priority`,
  agent: `f.${prefix}_agent_id`,
});
const momentPlace: Place = { at: 'm.at', department: 'm.department_id', priority: 'm.priority', agent: 'm.agent_id' };
const lastOwner = (column: string) =>
  `case when f.last_ended_at is null then f.${column} else f.last_ended_${column} end`;

const tickets = (where = 'true'): ItemSource => ({ where: `f.counted and ${where}`, place: openingPlace, n: '1' });
const perTicket = (value: string): ItemSource => ({ ...tickets(), value });
const events = (kind: string, where = 'true', n = 'm.n'): ItemSource => ({
  kind,
  where: `f.counted and ${where}`,
  place: momentPlace,
  n,
});
const duration = (prefix: string, value: string): ItemSource => ({
  where: `f.counted and f.${prefix}_at is not null and f.${value} is not null`,
  place: placeOf(prefix),
  n: '1',
  value: `f.${value}`,
});

const upToFirstResolution = '(f.first_resolved_at is null or m.at <= f.first_resolved_at)';
const returnsToWhereItWas = `exists (select from read_model.ticket_moment p
  where p.tenant_id = m.tenant_id and p.ticket_id = m.ticket_id and p.kind = 'transfer' and p.ordinal = m.ordinal - 1
    and p.department_id = m.detail and p.detail = m.department_id)`;

/** Those of `metrics` that questions are answered from; the backlog has segments of its own. */
const sources: Readonly<Record<Exclude<MetricName, Unmeasured | `backlog${string}`>, ItemSource>> = {
  opened: { where: 'true', place: openingPlace, n: '1' },
  tickets: tickets(),
  net: tickets('f.net'),
  openNow: tickets(`f.status = 'open'`),
  openUnassigned: tickets(`f.status = 'open' and f.first_assigned_at is null`),
  openUnanswered: tickets(`f.status = 'open' and f.first_response_at is null`),
  openUnresolved: tickets(`f.status = 'open' and f.first_resolved_at is null`),
  closedUnresolved: tickets(`f.status = 'closed' and f.first_resolved_at is null`),
  firstAssignment: duration('first_assigned', 'first_assignment_seconds'),
  firstResponse: duration('first_response', 'first_response_seconds'),
  firstResolution: duration('first_resolved', 'first_resolution_seconds'),
  fullResolution: duration('last_resolved', 'full_resolution_seconds'),
  close: {
    where: 'f.counted and f.last_closed_at is not null',
    place: {
      at: 'f.last_closed_at',
      department: lastOwner('department_id'),
      priority: lastOwner('priority'),
      agent: lastOwner('agent_id'),
    },
    n: '1',
    value: 'f.close_seconds',
  },
  handle: duration('last_ended', 'handle_seconds'),
  wrapUp: duration('last_wrap_up', 'wrap_up_seconds'),
  requesterWait: duration('last_ended', 'requester_wait_seconds'),
  transfersPerTicket: perTicket('f.transfers'),
  transfersToFirstResolutionPerTicket: perTicket('f.transfers_to_first_resolution'),
  agentChangesPerTicket: perTicket('f.agent_changes'),
  agentChangesToFirstResolutionPerTicket: perTicket('f.agent_changes_to_first_resolution'),
  messagesPerTicket: perTicket('(f.requester_messages + f.agent_messages)'),
  transfers: events('transfer'),
  transfersToFirstResolution: events('transfer', upToFirstResolution),
  resolutions: events('resolution'),
  reopenings: events('reopening'),
  unresolvedClosings: events('unresolved-closing'),
  reopeningsOfEnded: events('reopening', `m.detail = 'opens'`),
  requesterMessages: events('requester-message'),
  agentMessages: events('agent-message'),
  activities: events('activity'),
  activitySeconds: events('activity', 'true', 'm.seconds'),
  pingPongReturns: events('transfer', returnsToWhereItWas),
  agentChanges: events('agent-change'),
  transferredTickets: tickets('f.transfers > 0'),
  pingPongTickets: tickets('f.ping_pong_returns > 0'),
  reopenedTickets: tickets('f.reopenings > 0'),
  oneTouchTickets: { ...tickets('f.one_touch and f.last_resolved_at is not null'), place: placeOf('last_resolved') },
};

const isSource = (metric: FactMetric): metric is keyof typeof sources => Object.hasOwn(sources, metric);

export function sourceOf(metric: FactMetric): ItemSource {
  if (isSource(metric)) return sources[metric];
  if (isUnmeasured(metric)) return unmeasured(metric);
  throw new Error('The backlog is read from its segments.');
}

const isUnmeasured = (metric: FactMetric): metric is Unmeasured => metric.includes(':');

/** They belong to whoever has the ticket now. */
function unmeasured(metric: Unmeasured): ItemSource {
  const [state, name] = metric.split(':') as ['missing' | 'pending' | 'young', Duration];
  const { where } = sourceOf(name);
  const open = state === 'missing' ? '' : `f.status = 'open' and `;
  return { where: `f.counted and ${open}not (${where})`, place: nowPlace, n: '1' };
}

/** When an item counts, by the basis of the question. */
export const timeOf = ({ place }: ItemSource, basis: Basis): string => (basis === 'flow' ? place.at : 'f.opened_at');
