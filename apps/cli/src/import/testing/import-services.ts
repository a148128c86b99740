/** Two import endpoints on a free port that keep what they get and hold the importer to the rules, for tests. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface ReceivedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: { readonly ticketId: string; readonly at: string };
}
interface Body {
  readonly source: string;
  readonly streams: readonly { readonly ticketId: string; readonly events: readonly ReceivedEvent[] }[];
  readonly departments?: readonly { readonly departmentId: string }[];
  readonly agents?: readonly { readonly agentId: string; readonly departmentIds: readonly string[] }[];
}
/** What goes wrong before a request is looked at: a status, `drop` the connection, or nothing. */
export type Fault = (request: { readonly path: string; readonly count: number }) => number | 'drop' | undefined;

const maxBytes = 1 << 20;
const maxEvents = 2_000;

export class ImportServices {
  /** Service → ticket → events in the order they came. */
  readonly streams = { intake: new Map<string, ReceivedEvent[]>(), routing: new Map<string, ReceivedEvent[]>() };
  readonly departments: string[] = [];
  readonly agents: { agentId: string; departmentIds: readonly string[] }[] = [];
  readonly tokens = new Set<string>();
  /** Broken rules, such as a request that is too large. */
  readonly complaints: string[] = [];
  requests = 0;
  mostUnderWay = 0;
  fault: Fault = () => undefined;
  /** Refuses an event by answering a rejection for it. */
  refuses: (event: ReceivedEvent) => boolean = () => false;
  /** Requests with events wait until so many are there at once; then no more do. */
  gathers = 0;
  private waiting: (() => void)[] = [];
  private underWay = 0;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  forget(): void {
    for (const streams of Object.values(this.streams)) streams.clear();
  }

  get events(): number {
    return Object.values(this.streams).reduce((sum, streams) => sum + [...streams.values()].flat().length, 0);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests += 1;
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    response.on('close', () => (this.underWay -= 1));
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const path = request.url ?? '';
    this.tokens.add(request.headers.authorization ?? '');
    const fault = this.fault({ path, count: this.requests });
    if (fault === 'drop') return void request.socket.destroy();
    const body = Buffer.concat(chunks);
    await this.gather(path, body);
    // A fault after the work is done: the answer is lost, not the events.
    const answer = this.receive(path, body);
    response.writeHead(fault ?? 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(fault ? { title: 'Fault', detail: `fault ${fault}`, code: 'fault' } : answer));
  }

  private async gather(path: string, body: Buffer): Promise<void> {
    if (this.gathers === 0 || !path.includes('routing') || !body.includes('"events"')) return;
    const together = new Promise<void>((resolve) => this.waiting.push(resolve));
    if (this.waiting.length >= this.gathers) {
      this.gathers = 0;
      for (const go of this.waiting.splice(0)) go();
    }
    await together;
  }

  private receive(path: string, bytes: Buffer) {
    const service = path === '/intake/v1/imports' ? 'intake' : 'routing';
    if (bytes.length > maxBytes) this.complaints.push(`${bytes.length} bytes in one request`);
    const { streams, departments = [], agents = [] } = JSON.parse(bytes.toString('utf8')) as Body;
    this.departments.push(...departments.map(({ departmentId }) => departmentId));
    this.agents.push(...agents);
    const sent = streams.reduce((sum, { events }) => sum + events.length, 0);
    if (sent > maxEvents) this.complaints.push(`${sent} events in one request`);
    const rejected: { ticketId: string; index: number; code: string; detail: string }[] = [];
    let accepted = 0;
    for (const { ticketId, events } of streams) {
      const stored = this.streams[service].get(ticketId) ?? [];
      this.streams[service].set(ticketId, stored);
      const known = new Set(stored.map(({ id }) => id));
      const refused = events.findIndex((event) => this.refuses(event));
      if (refused >= 0) rejected.push({ ticketId, index: refused, code: 'invalid-data', detail: 'refused' });
      const fresh = refused >= 0 ? [] : events.filter(({ id }) => !known.has(id));
      stored.push(...fresh);
      accepted += fresh.length;
    }
    return { accepted, skipped: sent - accepted, rejected, position: this.events };
  }
}
