import type { DomainEvent } from '@guichet/event-sourcing';

/** Events of one stream before a writer goes on to the next: about a ticket's life. */
const eventsOfStream = 8;

const text =
  'Thank you for the details. The second payment was a reservation of your bank, it will be released within three ' +
  'working days. I have noted the order number and will look at it again on Friday.';

/** A reply of an agent: about 350 bytes as JSON. */
export function reply(ticketId: string, number: number): DomainEvent<'AgentReplied', Reply> {
  const replyId = idOf(number);
  const data = { at: '2026-03-02T09:00:00.000Z', body: text, agentId: 'agent-42', replyId, ticketId, automatic: false };
  return { type: 'AgentReplied', data };
}

export interface Reply {
  readonly at: string;
  readonly body: string;
  readonly agentId: string;
  readonly replyId: string;
  readonly ticketId: string;
  readonly automatic: boolean;
}

/** A UUID that is the same for the same number. */
export const idOf = (number: number): string => `0197e2a0-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;

/** Where a writer's next event goes. */
export interface Place {
  readonly ticketId: string;
  readonly streamId: string;
  /** 0 for a new stream. */
  readonly version: number;
  readonly event: DomainEvent<'AgentReplied', Reply>;
}

/** One writer's own streams, one after the other, eight events each. `first` keeps its streams apart from others'. */
export function placesOf(first: number): () => Place {
  let written = 0;
  return () => {
    const version = written % eventsOfStream;
    const ticketId = idOf(first + Math.floor(written / eventsOfStream));
    written++;
    return { ticketId, streamId: `handling-${ticketId}`, version, event: reply(ticketId, written) };
  };
}

/** For each of `writers` its places; another `block` has other streams. */
export const writersPlaces = (writers: number, block = 0): (() => Place)[] =>
  Array.from({ length: writers }, (_, writer) => placesOf((block * 1024 + writer) * 2 ** 24));
