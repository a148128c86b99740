import pg from 'pg';
import { Turns } from '../store/turns.js';

/**
 * The server ends a lease's session that has said nothing for so long, ms, and its locks with it: nothing else would
 * show that a process stands still. Longer than the next two together, so that a holder whose server does not answer
 * steps down before anybody else gets what it had.
 */
const silenceMs = 10_000;
const heartbeatMs = 2_000;
const answerMs = 5_000;

/** A session for advisory locks: it lives as long as its process goes on, and the server answers. */
export class LeaseSession {
  private readonly turns = new Turns();
  private readonly client: pg.Client;
  private heart: NodeJS.Timeout | undefined;
  private isOver = false;

  private constructor(
    { options }: pg.Pool,
    applicationName: string | undefined,
    private readonly lost: (session: LeaseSession) => void,
  ) {
    const { password } = options; // pg hides it from the copy
    this.client = new pg.Client({ ...options, password, application_name: applicationName });
    this.client.on('error', () => this.lose());
    this.client.on('end', () => this.lose());
  }

  /**
   * `lost` is called once, when the session and its locks are gone, however that happened; perhaps before this answers.
   */
  static async open(
    pool: pg.Pool,
    lost: (session: LeaseSession) => void,
    applicationName = pool.options.application_name,
  ): Promise<LeaseSession> {
    const session = new LeaseSession(pool, applicationName, lost);
    await session.client.connect();
    try {
      await session.ask(`set idle_session_timeout = ${silenceMs}`);
    } catch (error) {
      await session.end();
      throw error;
    }
    if (session.held) session.heart = setInterval(() => void session.isAlive(), heartbeatMs);
    return session;
  }

  get held(): boolean {
    return !this.isOver;
  }

  /** Whether `pg_try_advisory_lock` of the name says yes. */
  async tryLock(name: string): Promise<boolean> {
    const { rows } = await this.ask('select pg_try_advisory_lock(hashtextextended($1, 0)) as got', [name]);
    return rows[0]?.got === true;
  }

  async unlock(name: string): Promise<void> {
    await this.ask('select pg_advisory_unlock(hashtextextended($1, 0))', [name]);
  }

  /** Asks the server; a session that does not answer is given up. */
  isAlive(): Promise<boolean> {
    return this.ask('select').then(
      () => this.held,
      () => false, // lost, which has been told
    );
  }

  async end(): Promise<void> {
    this.lose();
    await this.client.end().catch(() => undefined); // the connection is gone already, and the locks with it
  }

  private ask(text: string, values?: unknown[]): Promise<pg.QueryResult<{ got?: boolean }>> {
    return this.turns.take('', async () => {
      // With a query under way this cuts the connection, which ends the query.
      const timer = setTimeout(() => void this.end(), answerMs);
      return this.client.query<{ got?: boolean }>(text, values).finally(() => clearTimeout(timer));
    });
  }

  private lose(): void {
    clearInterval(this.heart);
    if (this.isOver) return;
    this.isOver = true;
    this.lost(this);
  }
}
