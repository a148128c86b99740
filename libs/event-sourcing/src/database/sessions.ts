import type { Writable } from 'node:stream';
import pg from 'pg';
import { serviceSession } from './row-security.js';
import { Unanswered } from './unanswered.js';

/** A server that lets nobody in within this time counts as away; ms. */
const connectMs = 10_000;
const guarded = new WeakSet<pg.ClientBase>();

/**
 * A client of the pool that survives the loss of its connection: what was under way fails, as it should; the client's
 * 'error' event, which repeats the same news, would end the process if nobody listened.
 */
export async function checkOut(pool: pg.Pool): Promise<pg.PoolClient> {
  const client = await pool.connect();
  if (!guarded.has(client)) {
    guarded.add(client);
    client.on('error', ignoreRepeatedNews);
  }
  return client;
}

/**
 * Runs `work` between `begin` (statements, in one round trip) and commit. An error rolls back. A commit the server
 * turns into a rollback, because the work swallowed a failed statement, is an error too. What `work` leaves unanswered
 * is answered together with the commit. `first` goes out together with `begin`, and `work` gets its result: it must do
 * nothing where `begin` has not been carried out.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  begin: string,
  work: (client: pg.PoolClient, unanswered: Unanswered, first: pg.QueryResult | undefined) => Promise<T>,
  first?: pg.QueryConfig,
): Promise<T> {
  const client = await checkOut(pool);
  const unanswered = new Unanswered(client);
  try {
    const [, result] = await Promise.all([client.query(begin), first && client.query(first)]);
    const answer = await work(client, unanswered, result);
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error('A statement of the transaction failed, and its error was swallowed.');
    client.release();
    return answer;
  } catch (error) {
    // A session that cannot even roll back is of no use to anybody: `true` removes it from the pool.
    await client.query('rollback').then(
      () => client.release(),
      () => client.release(true),
    );
    await unanswered.settle(); // the first failure, where one of these is why the others failed
    throw error;
  }
}

function ignoreRepeatedNews(): void {
  // The query under way has been rejected with the same error.
}

/** A session of its own for `work`: it lives through the loss of its connection, as those of `checkOut` do. */
export function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  return inClient(new pg.Client({ connectionString: url, connectionTimeoutMillis: connectMs }), work);
}

async function inClient<T>(client: pg.Client, work: (client: pg.Client) => Promise<T>): Promise<T> {
  client.on('error', ignoreRepeatedNews);
  try {
    await client.connect();
  } catch (error) {
    // A refusal of the client's own leaves the connection open.
    void client.end().catch(ignoreRepeatedNews);
    throw error;
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/**
 * As `withClient`, as the role of a pool and seeing what it sees, beside its connections: work that holds a transaction
 * open while the pool does a part of it.
 */
export function withSession<T>({ options }: pg.Pool, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const { password } = options; // pg hides it from the copy
  return inClient(new pg.Client({ ...options, password }), work);
}

/**
 * Begins a transaction in which a session waits for what the pool does, longer than the pool's own may stand idle. A
 * process that stands still in it does not keep its locks for ever.
 */
export const beginAsOperator = `begin; set local idle_in_transaction_session_timeout = '5min'`;

/** Commits what `work` has done on a client, or undoes it. */
export async function inOneTransaction(client: pg.Client, work: () => Promise<void>): Promise<void> {
  await client.query('begin');
  try {
    await work();
    await client.query('commit');
  } catch (error) {
    await rollBack(client);
    throw error;
  }
}

/** Undoes what a failed statement has left; an error of the undoing would only hide the first one. */
export async function rollBack(client: pg.ClientBase): Promise<void> {
  await client.query('rollback').catch(ignoreRepeatedNews);
}

export interface PoolOptions {
  readonly url: string;
  /** Connections at most. Default 10. */
  readonly max?: number;
  readonly applicationName?: string;
  /** A connection broke while nobody used it; the pool replaces it. */
  readonly onError?: (error: Error) => void;
}

/**
 * A pool as the classes of this library expect it: it lives through lost connections, and waits for one at most 10 s.
 * Outside of a tenant's transaction its connections see the whole log; anybody else's, with the same role, see nothing
 * of it.
 */
export function createPool({ url, max = 10, applicationName, onError = () => {} }: PoolOptions): pg.Pool {
  const config: pg.PoolConfig & { readonly pipeline: true } = {
    connectionString: forService(url),
    max,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: connectMs,
    // Opening one costs both sides milliseconds of processor time (the password's hash), just when much is asked for.
    idleTimeoutMillis: 60_000,
    // What one piece of work asks for without waiting goes out at once, and is answered in order.
    pipeline: true,
  };
  const pool = new pg.Pool(config);
  pool.on('error', onError);
  pool.on('connect', writeOnceATurn);
  return pool;
}

/**
 * What is asked of a connection within one turn of the event loop goes out in one write: the system call costs more
 * than to make the message, and wakes the server up.
 */
function writeOnceATurn(client: pg.ClientBase): void {
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
  const query = client.query.bind(client) as (...values: unknown[]) => unknown;
  let isHeld = false;
  const held = (...values: unknown[]): unknown => {
    if (!isHeld) {
      isHeld = true;
      stream.cork();
      // After all that follows from this turn without waiting for anything.
      process.nextTick(() => {
        isHeld = false;
        stream.uncork();
      });
    }
    return query(...values);
  };
  client.query = held as typeof client.query;
}

/**
 * A process that stands still in the middle of a transaction would keep its locks for ever: the server undoes it after
 * ten seconds without a statement.
 */
const undoIdle = '-c idle_in_transaction_session_timeout=10000';

/** Options in the URL stay; set there, because they would replace the pool's. */
export function forService(url: string): string {
  const address = new URL(url);
  const given = address.searchParams.get('options');
  address.searchParams.set('options', [given ?? '', undoIdle, serviceSession].join(' ').trim());
  return address.href;
}
