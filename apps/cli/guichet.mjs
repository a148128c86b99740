/** `npm run import|ops|token -- …`: installs what is missing, then runs the command. */
import { join } from 'node:path';
import { ensureInstalled, runTypeScript } from '../../tools/workspace/ensure.mjs';

ensureInstalled();
runTypeScript(join(import.meta.dirname, 'src/main.ts'));
