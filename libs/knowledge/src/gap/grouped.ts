/** Which tickets ask for the same: those whose subjects share stems. Pure. */

export interface UnansweredTicket {
  readonly ticketId: string;
  readonly stems: readonly string[];
}

export interface GapGroup<Ticket extends UnansweredTicket> {
  /** That all of its tickets share with the first, the most frequent first. */
  readonly stems: readonly string[];
  /** In the order in which they were given. */
  readonly tickets: readonly Ticket[];
}

/** Two subjects ask for the same from this share of their stems on (Jaccard: common ÷ all different ones). */
const leastShared = 0.5;

/**
 * Groups of tickets, the largest first; of equal ones, that whose first ticket came first. Each ticket is in one group:
 * in turn, the ticket with the most frequent stems draws the ungrouped tickets to it that share half of the stems.
 */
export function grouped<Ticket extends UnansweredTicket>(tickets: readonly Ticket[]): readonly GapGroup<Ticket>[] {
  const frequency = new Map<string, number>();
  for (const { stems } of tickets) for (const stem of stems) frequency.set(stem, (frequency.get(stem) ?? 0) + 1);
  const often = (stem: string): number => frequency.get(stem) ?? 0;
  const weightOf = ({ stems }: Ticket): number => stems.reduce((sum, stem) => sum + often(stem), 0) / stems.length;
  const order = new Map(tickets.map((ticket, i) => [ticket, i]));
  const placeOf = (ticket: Ticket): number => order.get(ticket) ?? 0;
  const left = new Set(tickets.toSorted((a, b) => weightOf(b) - weightOf(a) || placeOf(a) - placeOf(b)));
  const groups: GapGroup<Ticket>[] = [];
  for (const first of left) {
    const near = [...left].filter((other) => shared(first.stems, other.stems) >= leastShared);
    for (const ticket of near) left.delete(ticket);
    const stems = first.stems.filter((stem) => near.every((ticket) => ticket.stems.includes(stem)));
    groups.push({
      stems: (stems.length > 0 ? stems : first.stems).toSorted((a, b) => often(b) - often(a) || (a < b ? -1 : 1)),
      tickets: near.toSorted((a, b) => placeOf(a) - placeOf(b)),
    });
  }
  return groups.toSorted((a, b) => b.tickets.length - a.tickets.length || firstPlace(a) - firstPlace(b));

  function firstPlace({ tickets: [first] }: GapGroup<Ticket>): number {
    return first === undefined ? 0 : placeOf(first);
  }
}

function shared(some: readonly string[], others: readonly string[]): number {
  const common = some.filter((stem) => others.includes(stem)).length;
  return common / (some.length + others.length - common);
}
