/** Chains of merged tickets: A was merged into B, B into C. */
import { DomainError } from '@guichet/event-sourcing';
import type { MergeTarget, Ticket } from './ticket.js';

/** Where a merged ticket's refusal sends a late reply; undefined for every other error. */
export function redirection(refusal: unknown): string | undefined {
  if (!(refusal instanceof DomainError) || refusal.code !== 'ticket-merged') return undefined;
  return refusal.details['intoTicketId'] as string;
}

/** What a merge has to know of its target: the chain from it to its end, once round at most. */
export async function mergeTarget(ticketId: string, read: (id: string) => Promise<Ticket>): Promise<MergeTarget> {
  const target = await read(ticketId);
  const chain = [ticketId];
  for (let next = target.mergedInto; next !== undefined && !chain.includes(next);) {
    chain.push(next);
    next = (await read(next)).mergedInto;
  }
  return { known: target.version > 0, spam: target.spam, chain };
}
