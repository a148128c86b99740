import type pg from 'pg';
import { Turns } from '../store/turns.js';
import { LeaseSession } from './lease-session.js';

/** Held until it is released or its session is lost; then `signal` is aborted. */
export interface Lease {
  readonly signal: AbortSignal;
  /** Asks the server whether the session is still there; false (and aborted) if it does not answer. */
  verify(): Promise<boolean>;
  release(): Promise<void>;
}

/**
 * Who of several processes does a piece of work: advisory locks of one session per pool, so that they fall with the
 * process.
 * A lease makes replicas take turns; it is the checkpoint's compare-and-set that makes them safe.
 */
export class Leases {
  private static readonly ofPools = new WeakMap<pg.Pool, Leases>();
  private readonly held = new Map<string, AbortController>();
  private readonly turns = new Turns();
  private current: LeaseSession | undefined;
  private users = 0;

  private constructor(private readonly pool: pg.Pool) {}

  /** The session is kept open until everyone who joined has left. */
  static join(pool: pg.Pool): Leases {
    const leases = Leases.ofPools.get(pool) ?? new Leases(pool);
    Leases.ofPools.set(pool, leases);
    leases.users++;
    return leases;
  }

  async leave(): Promise<void> {
    this.users--;
    await this.turns.take('session', async () => {
      if (this.users === 0) await this.current?.end();
    });
  }

  /** Nothing if somebody has it, in this process or another. */
  tryAcquire(name: string): Promise<Lease | undefined> {
    return this.turns.take('session', async () => {
      if (this.held.has(name)) return undefined;
      const session = await this.session();
      if (!(await session.tryLock(lockName(name)))) return undefined;
      const lost = new AbortController();
      if (!session.held) return undefined;
      this.held.set(name, lost);
      return {
        signal: lost.signal,
        verify: () => this.turns.take('session', async () => !lost.signal.aborted && session.isAlive()),
        release: () => this.release(session, name, lost),
      };
    });
  }

  private async session(): Promise<LeaseSession> {
    if (this.current) return this.current;
    const session = await LeaseSession.open(this.pool, (one) => this.lose(one));
    if (session.held) this.current = session;
    return session;
  }

  private lose(session: LeaseSession): void {
    if (this.current !== session) return;
    this.current = undefined;
    const held = [...this.held.values()];
    this.held.clear();
    for (const lost of held) lost.abort();
  }

  private release(session: LeaseSession, name: string, lost: AbortController): Promise<void> {
    return this.turns.take('session', async () => {
      if (lost.signal.aborted) return;
      this.held.delete(name);
      lost.abort();
      await session.unlock(lockName(name)).catch(() => undefined); // if the session is gone, so is the lock
    });
  }
}

function lockName(name: string): string {
  return `guichet/lease/${name}`;
}
