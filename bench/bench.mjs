/** `npm run bench -- …`: installs and builds what is missing, then measures. */
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, runTypeScript } from '../tools/workspace/ensure.mjs';
import { ensurePeers } from './peers.mjs';

ensureInstalled();
// What reads the table has to be installed.
const { serviceNames } = await import('../tools/workspace/services.mjs');
const apps = ['all-in-one', ...serviceNames];
const isRun = !['--help', '--list'].some((flag) => process.argv.includes(flag));
if (isRun) ensurePeers();
const bundles = Object.fromEntries(isRun ? apps.map((app) => [app, ensureBuilt(app)]) : []);
runTypeScript(join(import.meta.dirname, 'src/bench.main.ts'), { BENCH_BUNDLES: JSON.stringify(bundles) });
