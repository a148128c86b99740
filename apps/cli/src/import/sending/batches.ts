/** Packs tickets' events into requests. */

/** The limits of one import request, with room for its outer fields. */
export const maxEvents = 2_000;
export const maxBytes = 1_000_000;

/** One ticket's events for one service, each as JSON. */
export interface TicketStream {
  readonly ordinal: number;
  readonly ticketId: string;
  readonly key: string;
  readonly events: readonly string[];
  /** The line of the file each event follows from. */
  readonly lines: readonly number[];
}
/** Part of a request: one ticket's events, or the next of them. */
export interface StreamPart {
  readonly ticket: TicketStream;
  /** Index within the ticket's events of the first one in this part. */
  readonly from: number;
  readonly to: number;
}
export interface Request {
  readonly parts: readonly StreamPart[];
  readonly events: number;
}
/** Requests that must follow one another; different jobs may be under way at once. */
export interface Job {
  readonly requests: readonly Request[];
  /** First and last ticket of the job. */
  readonly first: number;
  readonly last: number;
}

const partOverhead = 70;
const sizeOf = (events: readonly string[]): number =>
  events.reduce((sum, event) => sum + Buffer.byteLength(event) + 1, partOverhead);

/** Whole tickets, in their order; a ticket that is too large for one request gets a job of its own. */
export class Batcher {
  private parts: StreamPart[] = [];
  private events = 0;
  private bytes = 0;

  constructor(private readonly limits = { events: maxEvents, bytes: maxBytes }) {}

  /** Answers the jobs that are complete now. */
  add(ticket: TicketStream): Job[] {
    if (ticket.events.length === 0) return [];
    const bytes = sizeOf(ticket.events);
    const { limits } = this;
    if (ticket.events.length > limits.events || bytes > limits.bytes)
      return [...this.flush(), jobOf(this.split(ticket))];
    const isFull = this.events + ticket.events.length > limits.events || this.bytes + bytes > limits.bytes;
    const jobs = isFull ? this.flush() : [];
    this.parts.push({ ticket, from: 0, to: ticket.events.length });
    this.events += ticket.events.length;
    this.bytes += bytes;
    return jobs;
  }

  flush(): Job[] {
    if (this.parts.length === 0) return [];
    const job = jobOf([{ parts: this.parts, events: this.events }]);
    this.parts = [];
    this.events = 0;
    this.bytes = 0;
    return [job];
  }

  private split(ticket: TicketStream): Request[] {
    const requests: Request[] = [];
    let from = 0;
    let bytes = partOverhead;
    ticket.events.forEach((event, index) => {
      const size = Buffer.byteLength(event) + 1;
      if (index > from && (index - from >= this.limits.events || bytes + size > this.limits.bytes)) {
        requests.push({ parts: [{ ticket, from, to: index }], events: index - from });
        from = index;
        bytes = partOverhead;
      }
      bytes += size;
    });
    const { length } = ticket.events;
    return [...requests, { parts: [{ ticket, from, to: length }], events: length - from }];
  }
}

function jobOf(requests: readonly Request[]): Job {
  const parts = requests.flatMap((request) => request.parts);
  return { requests, first: parts[0]!.ticket.ordinal, last: parts[parts.length - 1]!.ticket.ordinal };
}

/** The `streams` of a request's body. */
export const streamsJson = ({ parts }: Request): string =>
  parts
    .map(
      ({ ticket, from, to }) =>
        `{"ticketId":"${ticket.ticketId}","events":[${ticket.events.slice(from, to).join(',')}]}`,
    )
    .join(',');
