/** In which state a ticket is to those who work on it: decided here, and stored with its row. */
import { type Withdrawal } from '../handling/handling.js';

export const queueStates = ['waiting', 'assigned', 'paused'] as const;
/** Of a ticket that somebody works on, or is to. */
export type QueueState = (typeof queueStates)[number];

export const ticketStates = [...queueStates, 'resolved', 'closed', 'withdrawn'] as const;
export type TicketState = (typeof ticketStates)[number];

/** What the state depends on, as a ticket's row holds it. */
export interface StateOfWork {
  /** null while only intake has told of the ticket. */
  readonly status: 'open' | 'resolved' | 'closed' | null;
  readonly withdrawn: Withdrawal | null;
  readonly spam: boolean;
  readonly merged_into: string | null;
  readonly paused_for: string | null;
  readonly agent_id: string | null;
}

/** Why a ticket is out of the work. Intake's word counts at once; of imported tickets intake alone tells it. */
export function withdrawalOf({ withdrawn, spam, merged_into }: StateOfWork): Withdrawal | null {
  if (merged_into !== null) return 'merged';
  return spam ? 'spam' : withdrawn;
}

/** null for a ticket without any work yet. */
export function ticketStateOf(ticket: StateOfWork): TicketState | null {
  const { status, paused_for, agent_id } = ticket;
  if (status === null) return null;
  if (withdrawalOf(ticket) !== null) return 'withdrawn';
  if (status !== 'open') return status;
  if (paused_for !== null) return 'paused';
  return agent_id === null ? 'waiting' : 'assigned';
}

export const isInQueue = (state: TicketState | null): state is QueueState =>
  queueStates.some((known) => known === state);
