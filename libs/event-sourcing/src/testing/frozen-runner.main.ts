/**
 * A process that leads a projection, and freezes itself (SIGSTOP) in the middle of the transaction that applies an
 * event with the given amount. It writes each state of its runner, and ends with its standard input. Arguments: URL,
 * amount.
 */
import { createPool } from '../database/sessions.js';
import { LogReader } from '../log-reader.js';
import { ProjectionRunner } from '../projection/projection-runner.js';
import { totalsProjection } from './totals-projection.js';

const [url = '', amount = ''] = process.argv.slice(2);
const pool = createPool({ url, max: 3 });
const projection = totalsProjection();
let hasFrozen = false;
const runner = new ProjectionRunner({
  pool,
  logs: [new LogReader({ pool, table: 'event_log' })],
  projection: {
    ...projection,
    apply: async (events, tx) => {
      await projection.apply(events, tx);
      if (hasFrozen || !events.some(({ data }) => (data as { amount: number }).amount === Number(amount))) return;
      hasFrozen = true;
      process.kill(process.pid, 'SIGSTOP');
    },
  },
  observe: { state: ({ state }) => process.stdout.write(`${state}\n`) },
});
process.stdin.on('end', () => process.exit()).resume();
await runner.start();
