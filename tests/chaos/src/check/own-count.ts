/** What the figures have to be, counted from what the simulated people did. Pure. */
import type { LivedTicket } from '../life/ledger.js';

export interface OwnCount {
  readonly opened: number;
  readonly resolutions: number;
  readonly transfers: number;
  readonly messages: number;
  /** Tickets with an agent's answer. */
  readonly answered: number;
  /** Tickets resolved at least once. */
  readonly resolved: number;
  readonly openNow: number;
}

export function countOwn(tickets: readonly Pick<LivedTicket, 'events'>[]): OwnCount {
  const happened = tickets.map(({ events }) => [...events.intake, ...events.routing]);
  const count = (...types: string[]) => happened.flat().filter((type) => types.includes(type)).length;
  const ticketsWith = (type: string) => happened.filter((events) => events.includes(type)).length;
  return {
    opened: tickets.length,
    resolutions: count('TicketResolved'),
    transfers: count('TicketTransferred'),
    messages: count('TicketOpened', 'RequesterReplied', 'AgentReplied'),
    answered: ticketsWith('AgentReplied'),
    resolved: ticketsWith('TicketResolved'),
    openNow: tickets.filter(({ events }) => isOpen(events.routing)).length,
  };
}

const ends = ['TicketResolved', 'TicketClosed'];

const isOpen = (events: readonly string[]): boolean =>
  !ends.includes(events.findLast((type) => ends.includes(type) || type === 'TicketReopened') ?? '');

/** As a KPI's answer is read. */
interface KpiAnswer {
  readonly value?: number | null;
  readonly numerator?: number;
  readonly sum?: number;
  readonly total?: { readonly sum: number };
}

/** How each figure is asked for, what is read of the answer, and what it has to be. */
export const figures: readonly {
  readonly name: string;
  readonly path: string;
  readonly read: (answer: KpiAnswer) => number | null | undefined;
  readonly expected: (own: OwnCount) => number;
}[] = [
  { name: 'tickets opened', path: 'tickets-opened', read: ({ value }) => value, expected: ({ opened }) => opened },
  {
    name: 'resolutions',
    path: 'tickets-resolved',
    read: ({ value }) => value,
    expected: ({ resolutions }) => resolutions,
  },
  { name: 'backlog', path: 'backlog', read: ({ value }) => value, expected: ({ openNow }) => openNow },
  {
    name: 'answered tickets',
    path: 'response-rate',
    read: ({ numerator }) => numerator,
    expected: ({ answered }) => answered,
  },
  {
    name: 'resolved tickets',
    path: 'resolution-rate',
    read: ({ numerator }) => numerator,
    expected: ({ resolved }) => resolved,
  },
  {
    name: 'transfers',
    path: 'transfers-per-ticket',
    read: ({ total }) => total?.sum,
    expected: ({ transfers }) => transfers,
  },
  { name: 'messages', path: 'messages-per-ticket', read: ({ sum }) => sum, expected: ({ messages }) => messages },
];
