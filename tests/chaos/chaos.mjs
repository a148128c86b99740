/** `npm run chaos -- …`: installs and builds what is missing, then runs the chaos. */
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, runTypeScript } from '../../tools/workspace/ensure.mjs';

ensureInstalled();
// What reads the table has to be installed.
const { serviceNames } = await import('../../tools/workspace/services.mjs');
const isRun = !process.argv.includes('--help');
const bundles = Object.fromEntries(isRun ? serviceNames.map((service) => [service, ensureBuilt(service)]) : []);
runTypeScript(join(import.meta.dirname, 'src/chaos.main.ts'), { CHAOS_BUNDLES: JSON.stringify(bundles) });
