/**
 * `npm test [-- <jest arguments>]`: installs what is missing, then runs the tests a developer waits for, or those that
 * are named. `--long` (`npm run test:long`) runs the long lane instead (lanes.cjs), `--soak` (`npm run test:soak`)
 * tries tests of chance for minutes instead of seconds.
 */
import { join } from 'node:path';
import { ensureInstalled, root, runPinned } from './ensure.mjs';

ensureInstalled();
const jest = join(root, 'node_modules/jest/bin/jest.js');
const args = process.argv.slice(2);
const own = args.filter((argument) => argument !== '--long' && argument !== '--soak');
const isNamed = own.some((argument) => !argument.startsWith('-'));
const lane = args.includes('--long') ? 'long' : isNamed ? undefined : 'short';
runPinned(['--disable-warning=ExperimentalWarning', jest, ...own], {
  NODE_ENV: 'test',
  ...(lane && { GUICHET_TEST_LANE: lane }),
  ...(args.includes('--soak') && { GUICHET_TEST_SOAK: '1' }),
});
