/** `npm run contracts:write`: records today's contracts, and refuses to record a broken promise. */
import { readFileSync, writeFileSync } from 'node:fs';
import { asyncApiDocument } from './asyncapi.js';
import { eventContracts } from './registry.js';
import { brokenPromises, type Snapshot, withCurrent } from './snapshot.js';

const snapshotFile = new URL('../contracts.snapshot.json', import.meta.url);
const documentFile = new URL('../../../docs/generated/asyncapi.json', import.meta.url);
const write = (file: URL, value: unknown) => writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);

const snapshot = JSON.parse(readFileSync(snapshotFile, 'utf8')) as Snapshot;
const broken = brokenPromises(snapshot, eventContracts);
if (broken.length > 0) {
  process.stderr.write(
    `These changes break published events. Raise the event's version and add an upcaster (registry.ts):\n  ${broken.join('\n  ')}\n`,
  );
  process.exitCode = 1;
} else {
  write(snapshotFile, withCurrent(snapshot, eventContracts));
  write(documentFile, asyncApiDocument());
}
