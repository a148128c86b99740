/** Chains of merged tickets: A was merged into B, B into C. */
import { DomainError } from '@guichet/event-sourcing';
import type { MergeTarget, Ticket } from './ticket.js';

/** Where a merged ticket's refusal sends a late reply; undefined for every other error. */
export function redirection(refusal: unknown): string | undefined {
  if (!(refusal instanceof DomainError) || refusal.code !== 'ticket-merged') return undefined;
  return refusal.details['intoTicketId'] as string;
}

export const isSpamRefusal = (refusal: unknown): boolean =>
  refusal instanceof DomainError && refusal.code === 'ticket-is-spam';

/** What a merge has to know of its target: the chain from it to its end, once round at most. */
export async function mergeTarget(ticketId: string, read: (id: string) => Promise<Ticket>): Promise<MergeTarget> {
  const chain: string[] = [];
  const tickets: Ticket[] = [];
  for (let next: string | undefined = ticketId; next !== undefined && !chain.includes(next);) {
    const ticket = await read(next);
    chain.push(next);
    tickets.push(ticket);
    next = ticket.mergedInto;
  }
  return {
    known: (tickets[0]?.version ?? 0) > 0,
    spam: tickets.some(({ spam }) => spam),
    chain,
    requesterIds: [...new Set(tickets.map(({ requesterId }) => requesterId))],
  };
}
