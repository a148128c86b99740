/** What the fold of a ticket's rows knows so far, and the events it makes. */
import type { PublicActor, Source } from '@guichet/contracts';
import type { Status } from '../mapping/language.js';

/** One event to be imported. */
export interface ImportedEvent {
  readonly source: Source;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly actor: PublicActor;
  /** The line of the file it follows from. */
  readonly line: number;
}

/** State of the fold; effects answer a new one. */
export interface Ticket {
  readonly ticketId: string;
  readonly status: Status;
  readonly pauseReason: string | null;
  readonly agentId: string | null;
  /** Whether anybody was ever assigned. */
  readonly assigned: boolean;
  readonly departmentId: string | null;
  readonly priority: string;
  readonly tags: readonly string[];
  /** What the mapping's state column said last. */
  readonly columnState: string | null;
  /** How many replies and notes there were: their ids derive from it. */
  readonly messages: number;
}

/** Where and by whom something happens. */
export interface Happening {
  readonly at: number;
  readonly actor: PublicActor;
  readonly line: number;
}

/** A ticket under way: its state and the events made since it was taken up. */
export interface Progress {
  readonly ticket: Ticket;
  readonly events: readonly ImportedEvent[];
}

export const instant = (at: number): string => new Date(at).toISOString();

/** `progress` with one more event and a changed ticket. */
export function emit(
  { ticket, events }: Progress,
  happening: Happening,
  source: Source,
  type: string,
  data: Readonly<Record<string, unknown>>,
  change: Partial<Ticket> = {},
): Progress {
  const { at, actor, line } = happening;
  const event = { source, type, data: { ticketId: ticket.ticketId, at: instant(at), ...data }, actor, line };
  return { ticket: { ...ticket, ...change }, events: [...events, event] };
}

export const change = ({ ticket, events }: Progress, with_: Partial<Ticket>): Progress => ({
  ticket: { ...ticket, ...with_ },
  events,
});
