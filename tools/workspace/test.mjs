/**
 * `npm test [-- <jest arguments>]`: installs what is missing, then runs every test that can run on this machine. With
 * `--long` (`npm run test:long`), tests of chance run for minutes instead of seconds.
 */
import { join } from 'node:path';
import { ensureInstalled, root, runPinned } from './ensure.mjs';

ensureInstalled();
const jest = join(root, 'node_modules/jest/bin/jest.js');
const args = process.argv.slice(2);
const isLong = args.includes('--long');
const own = args.filter((argument) => argument !== '--long');
runPinned(['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', jest, ...own], {
  NODE_ENV: 'test',
  ...(isLong && { GUICHET_TEST_LONG: '1' }),
});
