/** Emmett's event store on PostgreSQL, as its documentation sets it up: pooled connections, its own schema. */
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql';
import pg from 'pg';

/**
 * @param {string} url of a role that may create tables
 * @param {number} connections at most
 */
export async function openEmmett(url, connections) {
  const pool = new pg.Pool({ connectionString: url, max: connections });
  // `end` does not wait until the server has noticed: a connection may still hear that its database is dropped.
  pool.on('error', () => undefined);
  const store = getPostgreSQLEventStore(url, { connectionOptions: { pool } });
  await store.schema.migrate();
  return {
    /** One event to a stream that is at `version`; 0 for a new one. */
    append: (streamId, version, { type, data }) =>
      store.appendToStream(streamId, [{ type, data }], {
        expectedStreamVersion: version === 0 ? 'STREAM_DOES_NOT_EXIST' : BigInt(version),
      }),
    close: async () => {
      await store.close();
      await pool.end();
    },
  };
}
