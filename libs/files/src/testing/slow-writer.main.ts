/**
 * For tests of a process that is killed while it writes: `slow-writer.main.ts <folder>`. It says `started` once the
 * first part of the file is on the disk, and never comes to an end.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { FolderStore } from '../folder-store.node.js';

async function* parts() {
  yield Buffer.from('first part');
  console.log('started');
  await delay(60_000);
  yield Buffer.from('second part');
}

const store = await FolderStore.open(process.argv[2] ?? '');
await store.put({ tenantId: 'tenant', fileId: 'killed' }, parts());
