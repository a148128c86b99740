import { Inject, Injectable } from '@nestjs/common';
import pg from 'pg';

/** Lets one merge of a tenant happen at a time, over all processes of the service. */
@Injectable()
export class MergeLock {
  private last: Promise<unknown> = Promise.resolve();

  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {}

  /**
   * Runs `work` while nobody else can merge in the tenant. This process asks for one lock at a time: waiting merges
   * must not take up the connections that the one they wait for needs.
   */
  hold<Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> {
    const mine = this.last.then(() => this.locked(tenantId, work));
    // Whether it worked is for its caller to hear; the next one only waits for its end.
    this.last = mine.catch(() => undefined);
    return mine;
  }

  private async locked<Result>(tenantId: string, work: () => Promise<Result>): Promise<Result> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('begin');
      await client.query(`select pg_advisory_xact_lock(hashtextextended('guichet/merge/' || $1, 0))`, [tenantId]);
      const result = await work();
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback').catch((lost: Error) => (broken = lost)); // the lock went with the connection
      throw error;
    } finally {
      client.release(broken);
    }
  }
}
