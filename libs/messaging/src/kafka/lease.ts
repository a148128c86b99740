import { LeaseSession } from '@guichet/event-sourcing';
import type pg from 'pg';

/**
 * The right to be a topic's one sender: an advisory lock on a session of its own. The server gives it free when the
 * session ends, or has been silent for ten seconds; until then, and a little longer, a holder may be a zombie, which
 * the checkpoint fences.
 */
export class Lease {
  private constructor(private readonly session: LeaseSession) {}

  /** Undefined while another process holds it. */
  static async tryToTake(pool: pg.Pool, topic: string): Promise<Lease | undefined> {
    const session = await LeaseSession.open(pool, () => undefined, `relay ${topic}`);
    try {
      if (await session.tryLock(`guichet/relay/${topic}`)) return new Lease(session);
    } catch (error) {
      await session.end();
      throw error;
    }
    await session.end();
    return undefined;
  }

  get held(): boolean {
    return this.session.held;
  }

  release(): Promise<void> {
    return this.session.end();
  }
}
