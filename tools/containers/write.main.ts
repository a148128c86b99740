/** `npm run containers:write`: Dockerfile, docker-compose.yml and the gateway's settings, from the table of services. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { containerFiles, root } from './files.js';

for (const [path, text] of containerFiles()) writeFileSync(join(root, path), text);
