/** What the simulated people did and were told. Pure. */
import { type TicketSource, ticketSources } from '@guichet/contracts';

/** The services whose work on tickets is simulated. */
export const publishers = ticketSources;
export type Publisher = TicketSource;

export interface Acknowledged {
  readonly is: 'acknowledged';
  readonly status: number;
  /** Of the stream, as the ETag says. */
  readonly version: number;
  /** In the service's log, as Guichet-Position says. */
  readonly position: number;
}
export interface Refused {
  readonly is: 'refused';
  readonly status: number;
  readonly code: string;
}
/** Nobody said what became of it, although it was repeated until the time was up. */
export interface Unknown {
  readonly is: 'unknown';
  readonly last: string;
}
export type Outcome = Acknowledged | Refused | Unknown;

/** One command: one Idempotency-Key, sent until its outcome was known. */
export interface Sent {
  readonly service: Publisher;
  /** Id of its first event; the next ones' are derived from it. */
  readonly commandId: string;
  readonly tenantId: string;
  /** Empty where people are not told. */
  readonly streamId: string;
  /** As it is called in findings: `claim`, `reply`, … */
  readonly kind: string;
  /** Types of the events it has to lead to when it is acknowledged; none: it was so already. */
  readonly leadsTo: readonly string[];
  /** Problem codes it may be refused with; without any it has to be acknowledged. */
  readonly mayBe: readonly string[];
  /** It must not be acknowledged. */
  readonly mustBeRefused: boolean;
  readonly attempts: number;
  readonly outcome: Outcome;
}

/** One event as it is in a service's log. */
export interface LogRow {
  readonly position: number;
  readonly eventId: string;
  readonly tenantId: string;
  readonly streamId: string;
  readonly version: number;
  readonly type: string;
}

export type FindingKind =
  | 'lost'
  | 'doubled'
  | 'refused but stored'
  | 'wrong answer'
  | 'outcome unknown'
  | 'log not dense'
  | 'difference'
  | 'wrong number'
  | 'unclean error'
  | 'not back'
  | 'ended by itself';

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}
