/**
 * Where a metric is counted. `opening`: hour and dims of the opening, so that numerators and denominators match.
 * `moment`: hour of the opening, dims (department, priority, agent) of the moment the fact was made, so that a transfer
 * never moves credit. `flow`: hour and dims of that moment.
 */
export const bases = ['opening', 'moment', 'flow'] as const;
export type Basis = (typeof bases)[number];

const everywhere = bases;
const whereItHappens = ['moment', 'flow'] as const;
const byMoment = ['moment'] as const;

interface Metric {
  readonly id: number;
  readonly kind: 'count' | 'distribution';
  /** On which the cells count it; at the opening alone where this is not said. */
  readonly bases?: readonly Basis[];
  /** Counted by UTC hour in ticket_moment: periods that cut hours cannot be answered by their own time. */
  readonly hourly?: true;
}

/**
 * The metrics of the cells. Ids are a storage format: never reuse or renumber one, append new ones. What a ticket adds
 * to each, when and where, is in contributions.ts.
 */
export const metrics = {
  /** Every ticket opened, spam and merged ones too. */
  opened: { id: 0, kind: 'count' },
  /** Tickets that are neither spam nor merged: the denominator of every rate. */
  tickets: { id: 1, kind: 'count' },
  /** `tickets` without those opened by a bot. */
  net: { id: 2, kind: 'count' },
  openNow: { id: 3, kind: 'count' },
  /** Open, never assigned. */
  openUnassigned: { id: 4, kind: 'count' },
  /** Open, without an agent's message. */
  openUnanswered: { id: 5, kind: 'count' },
  /** Open, never resolved. */
  openUnresolved: { id: 6, kind: 'count' },
  /** Ended without ever being resolved. */
  closedUnresolved: { id: 7, kind: 'count' },

  /** Seconds from the opening to… */
  firstAssignment: { id: 10, kind: 'distribution', bases: everywhere },
  firstResponse: { id: 11, kind: 'distribution', bases: everywhere },
  firstResolution: { id: 12, kind: 'distribution', bases: everywhere },
  /** …the last resolution, of tickets that are resolved now. */
  fullResolution: { id: 13, kind: 'distribution', bases: everywhere },
  /** …the last closing. */
  close: { id: 14, kind: 'distribution', bases: everywhere },
  /** Seconds of work, of assigned tickets that are not open. */
  handle: { id: 15, kind: 'distribution', bases: everywhere },
  /** Seconds of completed wrap-up, of tickets that have any. */
  wrapUp: { id: 16, kind: 'distribution', bases: everywhere },
  /** Seconds, of tickets that are not open. */
  requesterWait: { id: 17, kind: 'distribution', bases: everywhere },

  /** Per ticket, zeros included. */
  transfersPerTicket: { id: 20, kind: 'distribution' },
  transfersToFirstResolutionPerTicket: { id: 21, kind: 'distribution' },
  agentChangesPerTicket: { id: 22, kind: 'distribution' },
  agentChangesToFirstResolutionPerTicket: { id: 23, kind: 'distribution' },
  messagesPerTicket: { id: 24, kind: 'distribution' },

  /** Events, each where and when it happened. */
  transfers: { id: 30, kind: 'count', bases: whereItHappens },
  transfersToFirstResolution: { id: 31, kind: 'count', bases: whereItHappens },
  resolutions: { id: 32, kind: 'count', bases: everywhere },
  reopenings: { id: 33, kind: 'count', bases: everywhere },
  requesterMessages: { id: 34, kind: 'count', bases: everywhere, hourly: true },
  agentMessages: { id: 35, kind: 'count', bases: everywhere, hourly: true },
  activities: { id: 36, kind: 'count', bases: everywhere, hourly: true },
  activitySeconds: { id: 37, kind: 'count', bases: everywhere, hourly: true },
  pingPongReturns: { id: 38, kind: 'count', bases: everywhere },
  agentChanges: { id: 39, kind: 'count', bases: whereItHappens, hourly: true },
  /** Open intervals that a closing ended, less those whose ticket was resolved afterwards. */
  unresolvedClosings: { id: 40, kind: 'count', bases: whereItHappens },
  /** Reopenings that found the ticket resolved or closed: each begins an open interval. */
  reopeningsOfEnded: { id: 41, kind: 'count', bases: whereItHappens },

  /** Tickets with at least one of them. */
  transferredTickets: { id: 50, kind: 'count' },
  pingPongTickets: { id: 51, kind: 'count' },
  reopenedTickets: { id: 52, kind: 'count' },
  oneTouchTickets: { id: 53, kind: 'count', bases: everywhere },

  /** Spans of the backlog that begin and end: their running difference is the backlog. */
  backlogStarts: { id: 60, kind: 'count' },
  backlogEnds: { id: 61, kind: 'count' },
  /**
   * Those of them at a full hour exactly: they are in the backlog of that instant already, the others of their hour are
   * not.
   */
  backlogStartsOnHour: { id: 62, kind: 'count' },
  backlogEndsOnHour: { id: 63, kind: 'count' },

  /** Tickets that have not come to a duration's end, in the hands of whoever has them now. */
  'missing:firstAssignment': { id: 70, kind: 'count', bases: byMoment },
  'missing:firstResponse': { id: 71, kind: 'count', bases: byMoment },
  'missing:firstResolution': { id: 72, kind: 'count', bases: byMoment },
  'missing:fullResolution': { id: 73, kind: 'count', bases: byMoment },
  'missing:close': { id: 74, kind: 'count', bases: byMoment },
  'missing:handle': { id: 75, kind: 'count', bases: byMoment },
  'missing:wrapUp': { id: 76, kind: 'count', bases: byMoment },
  'missing:requesterWait': { id: 77, kind: 'count', bases: byMoment },
  /** Those of them that are open, so that they still can. */
  'pending:firstAssignment': { id: 80, kind: 'count', bases: byMoment },
  'pending:firstResponse': { id: 81, kind: 'count', bases: byMoment },
  'pending:firstResolution': { id: 82, kind: 'count', bases: byMoment },
  'pending:fullResolution': { id: 83, kind: 'count', bases: byMoment },
  'pending:close': { id: 84, kind: 'count', bases: byMoment },
  'pending:handle': { id: 85, kind: 'count', bases: byMoment },
  'pending:wrapUp': { id: 86, kind: 'count', bases: byMoment },
  'pending:requesterWait': { id: 87, kind: 'count', bases: byMoment },
} as const satisfies Record<string, Metric>;

export type MetricName = keyof typeof metrics;

const described: Readonly<Record<MetricName, Metric>> = metrics;
export const basesOf = (metric: MetricName): readonly Basis[] => described[metric].bases ?? ['opening'];
export const isHourly = (metric: MetricName): boolean => described[metric].hourly ?? false;

/** What has an end that a ticket may not have come to. */
export const durations = [
  'firstAssignment',
  'firstResponse',
  'firstResolution',
  'fullResolution',
  'close',
  'handle',
  'wrapUp',
  'requesterWait',
] as const satisfies readonly MetricName[];
export type Duration = (typeof durations)[number];

const basisNumbers: Readonly<Record<Basis, number>> = { opening: 0, moment: 1, flow: 2 };

/** A metric on a basis, as one number: the key within a cell. */
export const metricKey = (metric: MetricName, basis: Basis): number => metrics[metric].id * 4 + basisNumbers[basis];
