/** A process that appends on demand; see writer-process.ts. Its one argument is the URL of a log's database. */
import { appendFlatOut, openLog } from './product-log.js';
import type { Demand } from './writer-process.js';

const { store, close } = openLog(process.argv[2] ?? '');

process.on('message', ({ writers, seconds, block }: Demand) => {
  appendFlatOut(store, writers, seconds, block).then(
    ({ perSecond }) => process.send?.({ perSecond }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => void close());
process.send?.('ready');
