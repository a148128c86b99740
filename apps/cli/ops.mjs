/** `npm run ops -- <command> …`: installs what is missing, then runs the operators' tool. */
import { join } from 'node:path';
import { ensureInstalled, runTypeScript } from '../../tools/workspace/ensure.mjs';

ensureInstalled();
runTypeScript(join(import.meta.dirname, 'src/ops.main.ts'));
