/** One PostgreSQL from npm's binaries in a temporary folder, for a test run. Started by run-resource.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep } from './keeper.mjs';
import { createCluster, startServer } from './postgres-server.mjs';

await keep(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-test-postgres-'));
  const { server, ended, adminUrl } = await startServer(await createCluster(folder));
  return {
    ready: { adminUrl },
    ended,
    stop: async () => {
      server.kill('SIGQUIT'); // at once: the data is thrown away
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
});
