/** `npm start`: installs and builds what is missing, then runs the whole product in one process. */
import { ensureBuilt, ensureInstalled, runPinned } from './ensure.mjs';
import { whenParentEnds } from './parent.mjs';

ensureInstalled();
const withUs = new URL('./end-with-parent.mjs', import.meta.url).href;
const flags = ['--enable-source-maps', '--max-semi-space-size=64', '--import', withUs];
const product = runPinned([...flags, ensureBuilt('all-in-one'), ...process.argv.slice(2)], {}, { isWatched: true });
whenParentEnds(() => product.kill('SIGTERM'));
