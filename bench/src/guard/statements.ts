/** Counts what this process asks of PostgreSQL, each query with the request or the transaction it belongs to. */
import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import pg from 'pg';

export interface Statement {
  readonly text: string;
  readonly values: readonly unknown[];
  /**
   * Whether it goes out while another one of its connection is not answered: then it costs no round trip of its own.
   */
  readonly pipelined: boolean;
}

export interface Cost {
  /** Times that an answer is waited for: what goes out together counts once. */
  readonly roundTrips: number;
  /** Of these, several may go in one round trip (`begin; set local …`). */
  readonly statements: number;
}

const requestStarted = 'http.server.request.start';
type Method<Self> = (this: Self, ...args: unknown[]) => unknown;
const clients = pg.Client.prototype as unknown as { query: Method<pg.Client> };
const pools = pg.Pool.prototype as unknown as { connect: Method<pg.Pool> };

/** From `start` on, until `stop`. */
export class Statements {
  private readonly scope = new AsyncLocalStorage<Statement[]>();
  private readonly byPath = new Map<string, Statement[]>();
  private readonly open = new Map<pg.Client, Statement[]>();
  private readonly query = clients.query;
  private readonly connect = pools.connect;
  private readonly unanswered = new WeakMap<pg.Client, number>();
  private everything = 0;
  /** Finished transactions of projections: what each of them sent. */
  readonly projected: (readonly Statement[])[] = [];

  private readonly entered = (message: unknown): void => {
    const { method, url } = (message as { request: IncomingMessage }).request;
    const statements: Statement[] = [];
    this.byPath.set(`${method} ${url}`, statements);
    this.scope.enterWith(statements);
  };

  start(): this {
    subscribe(requestStarted, this.entered);
    const { query, connect, note } = this;
    clients.query = function (...args) {
      note(this, args);
      return query.apply(this, args);
    };
    // Whoever gives a connection back serves the next in line, whose query then is not the giver's.
    pools.connect = function (...args) {
      return connect.apply(
        this,
        args.map((arg) => (typeof arg === 'function' ? AsyncResource.bind(arg as () => void) : arg)),
      );
    };
    return this;
  }

  stop(): void {
    unsubscribe(requestStarted, this.entered);
    clients.query = this.query;
    pools.connect = this.connect;
  }

  /** What the last request with this method and URL has sent. */
  of(method: string, url: string): readonly Statement[] {
    const statements = this.byPath.get(`${method} ${url}`);
    if (!statements) throw new Error(`There was no ${method} ${url}.`);
    return statements;
  }

  /** Round trips of this whole process so far. */
  get total(): number {
    return this.everything;
  }

  private readonly note = (client: pg.Client, [first, second]: readonly unknown[]): void => {
    const statement = toStatement(first, second, this.send(client) > 0);
    if (!statement.pipelined) this.everything++;
    this.scope.getStore()?.push(statement);
    if (statement.text.startsWith("begin; set local guichet.tenant_id = '*'")) this.open.set(client, []);
    const transaction = this.open.get(client);
    transaction?.push(statement);
    if (!transaction || !/^(commit|rollback)$/.test(statement.text)) return;
    this.projected.push(transaction);
    this.open.delete(client);
  };

  /** Answers how many queries of the connection are waiting for their answers before this one. */
  private send(client: pg.Client): number {
    const before = this.unanswered.get(client);
    if (before === undefined) {
      const { connection } = client as unknown as { connection: EventEmitter };
      // Before pg's own listener, which may send the next query at once.
      connection.prependListener('readyForQuery', () =>
        this.unanswered.set(client, (this.unanswered.get(client) ?? 1) - 1),
      );
    }
    this.unanswered.set(client, (before ?? 0) + 1);
    return before ?? 0;
  }
}

function toStatement(first: unknown, second: unknown, pipelined: boolean): Statement {
  const query = typeof first === 'string' ? { text: first } : (first as { text?: string; values?: unknown });
  const { text = '', values = second } = query;
  return { text, values: Array.isArray(values) ? values : [], pipelined };
}

/** Only what takes no values can be several statements. */
const partsOf = ({ text, values }: Statement): number =>
  values.length > 0 ? 1 : text.split(';').filter((part) => part.trim() !== '').length;

export const costOf = (statements: readonly Statement[]): Cost => ({
  roundTrips: statements.filter(({ pipelined }) => !pipelined).length,
  statements: statements.reduce((sum, statement) => sum + partsOf(statement), 0),
});
