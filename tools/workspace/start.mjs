/** `npm start`: installs and builds what is missing, then runs the whole product in one process. */
import { ensureBuilt, ensureInstalled, runPinned } from './ensure.mjs';

ensureInstalled();
runPinned(['--enable-source-maps', '--max-semi-space-size=64', ensureBuilt('all-in-one'), ...process.argv.slice(2)]);
