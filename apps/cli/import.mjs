/** `npm run import -- <file> --mapping <file.yaml> …`: installs what is missing, then imports. */
import { join } from 'node:path';
import { ensureInstalled, runTypeScript } from '../../tools/workspace/ensure.mjs';

ensureInstalled();
runTypeScript(join(import.meta.dirname, 'src/import.main.ts'));
