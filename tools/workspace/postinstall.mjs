/** After every install: our patches to packages, and the mark of which lock file is installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { markInstalled, root } from './ensure.mjs';

const patchPackage = join(root, 'node_modules/patch-package/index.js');
if (existsSync(patchPackage)) {
  const { status } = spawnSync(process.execPath, [patchPackage, '--error-on-fail'], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status || 1);
}
markInstalled();
