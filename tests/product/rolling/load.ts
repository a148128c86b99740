/**
 * Reads, writes and live streams through one address, while the replicas behind it are stopped and started again.
 * Requests are sent once: whatever does not succeed is a failure. Streams are followed as the product's client does.
 */
import { GuichetClient, HostRestarts, type LiveEvent, type TokenSource } from '@guichet/client';
import { until } from '@guichet/testing';

type Role = 'admin' | 'agent' | 'requester';

export interface LoadOptions {
  readonly url: string;
  readonly tokens: (role: Role) => TokenSource;
  /** Stands in what this load writes; a department of its own is called so. */
  readonly name: string;
  /** Whether routing is behind the address too. */
  readonly hasRouting: boolean;
  /** Tickets that are replied to, each followed by a live stream. */
  readonly followed: number;
  /** Requests in flight. */
  readonly workers: number;
}

interface Conversation {
  readonly conversation: { readonly items: readonly { readonly id: string }[] };
}

/** What one live stream has told. */
interface Told {
  readonly path: string;
  /** Of its events, in order. */
  readonly ids: string[];
  /** The replies, or the tickets, that its events showed. */
  readonly things: Set<string>;
}

interface Written {
  /** Ids of tickets. */
  readonly tickets: string[];
  /** Ids of replies by ticket. */
  readonly replies: Map<string, string[]>;
  /** Texts of notes. */
  readonly notes: string[];
}

const requestMs = 30_000;

export class Load {
  /** Requests that were sent. */
  asked = 0;
  /** What did not succeed, in words. */
  readonly failures: string[] = [];
  /** What was acknowledged. */
  readonly written: Written = { tickets: [], replies: new Map(), notes: [] };
  readonly streams: Told[] = [];
  /** How often a stream was told that its host restarts. */
  moves = 0;
  private readonly over = new AbortController();
  private following: Promise<unknown>[] = [];

  private readonly tokens: Readonly<Record<Role, TokenSource>>;

  private constructor(private readonly options: LoadOptions) {
    const { tokens } = options;
    this.tokens = { admin: tokens('admin'), agent: tokens('agent'), requester: tokens('requester') };
  }

  /** Opens the tickets and streams; they are there when it answers. */
  static async begin(options: LoadOptions): Promise<Load> {
    const load = new Load(options);
    await load.prepare();
    return load;
  }

  private get followedTickets(): string[] {
    return [...this.written.replies.keys()];
  }

  /** Asks while that goes on, and until so many requests were sent; those in flight are finished. */
  async during(work: () => Promise<void>, least: number): Promise<void> {
    let isDone = false;
    const working = work().finally(() => (isDone = true));
    const worker = async (): Promise<void> => {
      while (!isDone || this.asked < least) await this.ask(this.asked++);
    };
    await Promise.all([working, ...Array.from({ length: this.options.workers }, worker)]);
  }

  /** Waits until the streams have shown all that was acknowledged, then leaves them. */
  async end(): Promise<void> {
    try {
      for (const told of this.streams) {
        await until(`${told.path} shows everything`, () => this.missingIn(told).length === 0, 30_000);
      }
    } finally {
      this.over.abort();
      await Promise.all(this.following);
    }
  }

  /** What was acknowledged and has not been shown by the stream. */
  missingIn({ path, things }: Told): string[] {
    const [, ticketId = ''] = /tickets\/([^/]+)\/live/.exec(path) ?? [];
    const expected = this.written.replies.get(ticketId) ?? this.written.tickets;
    return expected.filter((id) => !things.has(id));
  }

  private async prepare(): Promise<void> {
    const { url: baseUrl, name, followed, hasRouting } = this.options;
    const requester = new GuichetClient({ baseUrl, tokens: this.tokens.requester });
    const agent = new GuichetClient({ baseUrl, tokens: this.tokens.agent });
    if (hasRouting) {
      const admin = new GuichetClient({ baseUrl, tokens: this.tokens.admin });
      await admin.post('/routing/v1/departments', { departmentId: name, name });
    }
    for (let i = 0; i < followed; i++) {
      const opening = { subject: name, body: 'Please help.', channel: 'portal', departmentId: name };
      const { body, position = '' } = await requester.send<{ ticketId: string }>('POST', '/intake/v1/tickets', opening);
      this.written.tickets.push(body.ticketId);
      this.written.replies.set(body.ticketId, []);
      if (hasRouting) await agent.get(`/routing/v1/tickets/${body.ticketId}`, { after: position });
    }
    const paths = this.followedTickets.map((ticketId) => `/intake/v1/tickets/${ticketId}/live`);
    const queue = `/routing/v1/departments/${name}/queue/live?from=0.0`;
    for (const path of hasRouting ? [...paths, queue, queue] : paths) this.follow(path);
    await until('every stream is open', () => this.streams.every(({ ids }) => ids.length > 0), 90_000);
  }

  private follow(path: string): void {
    const told: Told = { path, ids: [], things: new Set() };
    const onRetry = (reason: Error): void => {
      if (reason instanceof HostRestarts) this.moves++;
      else this.failures.push(`live ${path}: ${reason.message}`);
    };
    const follower = new GuichetClient({ baseUrl: this.options.url, tokens: this.tokens.agent, onRetry });
    const read = async (): Promise<void> => {
      for await (const event of follower.live(path, { signal: this.over.signal })) note(told, event);
    };
    this.streams.push(told);
    this.following.push(
      read().catch((error: unknown) => {
        if (!this.over.signal.aborted) this.failures.push(`live ${path} was given up: ${String(error)}`);
      }),
    );
  }

  private async ask(n: number): Promise<void> {
    const { hasRouting, name } = this.options;
    const followed = this.followedTickets;
    const ticketId = followed[n % followed.length]!;
    const text = `${name} ${n}`;
    const kind = n % 5;
    if (kind === 0) {
      const opening = { subject: name, body: text, channel: 'portal', departmentId: name };
      const answer = await this.send('requester', 'POST', '/intake/v1/tickets', opening);
      if (!answer) return;
      const { ticketId: opened } = answer.body as { ticketId: string };
      this.written.tickets.push(opened);
      this.asked++;
      await this.send('requester', 'GET', `/intake/v1/tickets/${opened}`, undefined, answer.position);
    } else if (kind === 1) {
      const answer = await this.send('requester', 'POST', `/intake/v1/tickets/${ticketId}/replies`, { body: text });
      if (answer) this.written.replies.get(ticketId)?.push((answer.body as { replyId: string }).replyId);
    } else if (kind === 2 && hasRouting) {
      const answer = await this.send('agent', 'POST', `/routing/v1/tickets/${ticketId}/notes`, { body: text });
      if (answer) this.written.notes.push(text);
    } else if (kind === 3 && hasRouting) {
      await this.send('agent', 'GET', `/routing/v1/departments/${name}/queue?limit=10`);
    } else {
      await this.send('agent', 'GET', `/intake/v1/tickets/${ticketId}`);
    }
  }

  /** Undefined where it failed; that is noted. */
  private async send(
    role: 'agent' | 'requester',
    method: 'GET' | 'POST',
    path: string,
    body?: object,
    after?: string,
  ): Promise<{ readonly body: unknown; readonly position: string } | undefined> {
    try {
      const response = await fetch(`${this.options.url}${path}`, {
        method,
        headers: {
          authorization: `Bearer ${await this.tokens[role].token()}`,
          ...(body && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
          ...(after && { 'guichet-after': after }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(requestMs),
      });
      const answer: unknown = await response.json();
      if (response.ok) return { body: answer, position: response.headers.get('guichet-position') ?? '' };
      this.failures.push(`${method} ${path}: ${response.status} ${JSON.stringify(answer)}`);
    } catch (error) {
      const { message, cause } = error as Error;
      this.failures.push(`${method} ${path}: ${message} (${(cause as Error | undefined)?.message ?? 'no cause'})`);
    }
    return undefined;
  }
}

function note({ ids, things }: Told, { id, event, data }: LiveEvent): void {
  if (event === 'ticket' && 'conversation' in (data as object)) {
    for (const line of (data as Conversation).conversation.items) things.add(line.id);
  } else if (event === 'ticket') things.add((data as { ticketId: string }).ticketId);
  // In a queue only the last event of a change has an id of its own.
  if (id !== undefined && (event !== 'ticket' || 'conversation' in (data as object))) ids.push(id);
}
