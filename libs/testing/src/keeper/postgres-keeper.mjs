/** One PostgreSQL from npm's binaries in a temporary folder, for a test run. Started by run-resource.ts. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keep } from './keeper.mjs';
import { createTestCluster, startTestServer } from './test-cluster.ts';

await keep(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-test-postgres-'));
  const { ended, adminUrl, stop } = await startTestServer(await createTestCluster(folder));
  return {
    ready: { adminUrl },
    ended,
    stop: async () => {
      await stop('at once'); // the data is thrown away
      await rm(folder, { recursive: true, force: true });
    },
  };
});
