/** Figures about the rows of a log that no KPI is about: read off the events behind every ticket. */
import type { KpiClient, TicketEvent } from './kpi-client.js';

export interface RowFigures {
  /** Rows of a ticket that share the time of the row before. */
  readonly sameTime: number;
  readonly ticketsWithPriorityChange: number;
  readonly ticketsWhoseFirstRowIsBeforeTheOpening: number;
  /** How many tickets have an activity more than once. */
  ticketsWithRepeated(activity: string): number;
}

/** Requests under way at once. */
const lanes = 6;

/** Reads the events of every ticket; the mapping logs one activity per row. */
export async function readEveryTicket(client: KpiClient): Promise<RowFigures> {
  const figures = { sameTime: 0, priority: 0, before: 0 };
  const repeated = new Map<string, number>();
  const tickets = client.rows('tickets-opened');
  const lane = async () => {
    for (let next = await tickets.next(); !next.done; next = await tickets.next()) {
      const { ticketId, at } = next.value;
      const events = await client.events(ticketId);
      const rows = events.filter(({ type }) => type === 'ActivityLogged');
      figures.sameTime += rows.filter(({ occurredAt }, i) => occurredAt === rows[i - 1]?.occurredAt).length;
      figures.priority += events.some(({ type }) => type === 'PriorityChanged') ? 1 : 0;
      figures.before += Date.parse(rows[0]?.occurredAt ?? at) < Date.parse(at) ? 1 : 0;
      for (const activity of repeatedIn(rows)) repeated.set(activity, (repeated.get(activity) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  return {
    sameTime: figures.sameTime,
    ticketsWithPriorityChange: figures.priority,
    ticketsWhoseFirstRowIsBeforeTheOpening: figures.before,
    ticketsWithRepeated: (activity) => repeated.get(activity) ?? 0,
  };
}

function repeatedIn(rows: readonly TicketEvent[]): ReadonlySet<string> {
  const names = rows.map(({ data }) => String(data['activity']));
  return new Set(names.filter((name, i) => names.indexOf(name) < i));
}
