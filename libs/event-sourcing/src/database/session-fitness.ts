/** Whether what is between a service and its PostgreSQL leaves its sessions whole. Asks, and writes nothing. */
import { forService, withClient } from './sessions.js';

const instead = 'Connect to PostgreSQL itself, or through a proxy that only passes connections on';

/**
 * Why a service must not run through what the URL leads to; undefined where each connection is one session of
 * PostgreSQL. A pooler that drops what a session begins with hides the log from the service, and one that shares
 * sessions lets it hold leases that nobody has. The sentence goes on after the setting's name.
 */
export async function sessionProblem(url: string): Promise<string | undefined> {
  const address = forService(url);
  try {
    return await withClient(address, async (one) => {
      const { rows } = await one.query<{ logs: string | null }>(`select current_setting('guichet.logs', true) as logs`);
      if (rows[0]?.logs !== 'all')
        return `leads to a pooler that drops the options a session begins with (PgBouncer: ignore_startup_parameters). ${instead}.`;
      return withClient(address, async (other) => {
        // Whoever shares sessions gives the one that is free to the next who asks.
        const before = await one.query<{ pid: number }>('select pg_backend_pid() as pid');
        await other.query('begin');
        const after = await one.query<{ pid: number }>('select pg_backend_pid() as pid');
        await other.query('rollback');
        if (before.rows[0]?.pid === after.rows[0]?.pid) return undefined;
        return `leads to a pooler that shares sessions among transactions. ${instead}.`;
      });
    });
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith('unsupported startup parameter')) throw error;
    return `leads to a pooler that refuses the options a session begins with (${error.message}). ${instead}.`;
  }
}
