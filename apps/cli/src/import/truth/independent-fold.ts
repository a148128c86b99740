/**
 * What the imported events say about a ticket: a second, small reading of the events' meaning, which shares no code
 * with the services. Times are epoch seconds.
 */
import type { ImportedEvent } from '../folding/ticket.js';

export interface TicketFacts {
  readonly key: string;
  readonly opened: number;
  readonly intervals: readonly (readonly [number, number | null])[];
  readonly resolutions: readonly number[];
  readonly finalResolution: number | null;
  readonly closed: number | null;
  readonly assigned: number | null;
  readonly agentChanges: number;
  readonly agentChangesToResolution: number;
  readonly departments: readonly string[];
  readonly pingPong: number;
  readonly reopenings: number;
  readonly priorities: readonly string[];
  readonly activities: readonly string[];
  readonly channel: string;
  readonly requesterId: string;
}

const secondsOf = ({ data }: ImportedEvent): number => Math.trunc(Date.parse(String(data['at'])) / 1000);

/** Only the department the ticket had at first, then every one it was transferred to. */
function departmentsOf(events: readonly ImportedEvent[]): string[] {
  return events.flatMap(({ type, data }) => {
    if (type === 'TicketQueued') return typeof data['departmentId'] === 'string' ? [data['departmentId']] : [];
    return type === 'TicketTransferred' ? [String(data['toDepartmentId'])] : [];
  });
}

/** [opened or reopened, resolved or closed), in the order of the events. */
function intervalsOf(opened: number, work: readonly ImportedEvent[]): [number, number | null][] {
  const intervals: [number, number | null][] = [[opened, null]];
  for (const event of work) {
    const last = intervals[intervals.length - 1]!;
    const isOpen = last[1] === null;
    if ((event.type === 'TicketResolved' || event.type === 'TicketClosed') && isOpen) last[1] = secondsOf(event);
    if (event.type === 'TicketReopened' && !isOpen) intervals.push([secondsOf(event), null]);
  }
  return intervals;
}

export function factsOf(key: string, events: readonly ImportedEvent[]): TicketFacts {
  const opening = events.find(({ type }) => type === 'TicketOpened')!;
  const opened = secondsOf(opening);
  const work = events.filter(({ source }) => source === 'routing');
  const times = (type: string) => work.filter((event) => event.type === type).map(secondsOf);
  const intervals = intervalsOf(opened, work);
  const resolutions = times('TicketResolved');
  const byAgents = work.filter(({ actor }) => actor.kind === 'agent');
  const changes = byAgents.flatMap((event, index) =>
    index > 0 && byAgents[index - 1]!.actor.id !== event.actor.id ? [secondsOf(event)] : [],
  );
  const departments = departmentsOf(work);
  return {
    key,
    opened,
    intervals,
    resolutions,
    finalResolution:
      intervals[intervals.length - 1]![1] === null ? null : (resolutions[resolutions.length - 1] ?? null),
    closed: times('TicketClosed').at(-1) ?? null,
    assigned: times('TicketAssigned')[0] ?? null,
    agentChanges: changes.length,
    agentChangesToResolution: changes.filter((at) => resolutions[0] === undefined || at <= resolutions[0]).length,
    departments,
    pingPong: departments.filter((department, index) => index >= 2 && department === departments[index - 2]).length,
    reopenings: times('TicketReopened').length,
    priorities: work.flatMap(({ type, data }) =>
      type === 'TicketQueued' ? [String(data['priority'])] : type === 'PriorityChanged' ? [String(data['to'])] : [],
    ),
    activities: work.filter(({ type }) => type === 'ActivityLogged').map(({ data }) => String(data['activity'])),
    channel: String(opening.data['channel']),
    requesterId: String(opening.data['requesterId']),
  };
}

/** Known figures by name; each is an object of figures. */
export type Truth = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Linear interpolation between closest ranks (Hyndman and Fan's type 7). */
function percentile(sorted: readonly number[], p: number): number {
  const rank = (sorted.length - 1) * p;
  const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
  return low + (high - low) * (rank - Math.floor(rank));
}

/** Rounded as the published figures are. */
export const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

export function statisticsOf(values: readonly number[]) {
  const sorted = [...values].sort((a, b) => a - b);
  if (sorted.length === 0) return { n: 0 };
  const sum = sorted.reduce((total, value) => total + value, 0);
  const at = (p: number) => rounded(percentile(sorted, p), 3);
  return {
    n: sorted.length,
    sum,
    mean: rounded(sum / sorted.length, 3),
    median: at(0.5),
    p75: at(0.75),
    p90: at(0.9),
    p95: at(0.95),
    min: sorted[0]!,
    max: sorted[sorted.length - 1]!,
  };
}

export const backlogAt = (tickets: readonly TicketFacts[], at: number): number =>
  tickets.filter(({ intervals }) => intervals.some(([from, to]) => from <= at && (to === null || at < to))).length;

/** How often each value occurs, by value. */
export function distribution(values: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

export const isoOf = (seconds: number | null): string | null =>
  seconds === null ? null : new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

export const isoWeekOf = (seconds: number): string => {
  const date = Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO('UTC');
  return `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, '0')}`;
};

export const dayIn = (seconds: number, zone: string): string =>
  Temporal.Instant.fromEpochMilliseconds(seconds * 1000)
    .toZonedDateTimeISO(zone)
    .toPlainDate()
    .toString();
