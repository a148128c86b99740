/** The text of a live stream → its events (WHATWG HTML, section 9.2.6). Pure. */

export interface LiveEvent {
  /** Of this event, or the last one before it that had an id. */
  readonly id: string | undefined;
  /** `message` where the event has no name of its own. */
  readonly event: string;
  /** Parsed JSON, as Guichet sends it. */
  readonly data: unknown;
}

/** An event larger than this was never meant to be one. Characters. */
const maxEvent = 1 << 24;

export class EventStreamParser {
  /** Wait before coming back that the server asked for, in milliseconds. */
  retryMs: number | undefined;
  /** How many pieces have come, over all connections. */
  chunks = 0;
  private decoder = new TextDecoder();
  private rest = '';
  private data: string[] = [];
  private event = '';
  private id: string | undefined;

  constructor(public lastEventId: string | undefined) {
    this.id = lastEventId;
  }

  /** Another connection: what was begun is sent again. */
  restart(): void {
    this.decoder = new TextDecoder();
    this.rest = '';
    this.clear();
  }

  /** @throws Error when an event has no end, or holds no JSON */
  *push(bytes: Uint8Array): Generator<LiveEvent> {
    this.chunks += 1;
    const lines = (this.rest + this.decoder.decode(bytes, { stream: true })).split(/\r\n|\n/);
    this.rest = lines.pop() ?? '';
    if (this.rest.length > maxEvent) throw new Error('a live event has no end');
    for (const line of lines) {
      const event = this.line(line);
      if (event) yield event;
    }
  }

  private line(line: string): LiveEvent | undefined {
    if (line === '') return this.dispatch();
    if (line.startsWith(':')) return undefined;
    const colon = line.indexOf(':');
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.data.push(value);
    else if (field === 'event') this.event = value;
    else if (field === 'id' && !value.includes('\0')) this.id = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
    return undefined;
  }

  /** Only now is the event seen: one that broke off must be sent again. */
  private dispatch(): LiveEvent | undefined {
    const { data, event } = this;
    this.lastEventId = this.id;
    this.clear();
    if (data.length === 0) return undefined;
    return { id: this.lastEventId, event: event || 'message', data: JSON.parse(data.join('\n')) as unknown };
  }

  private clear(): void {
    this.data = [];
    this.event = '';
    this.id = this.lastEventId;
  }
}
