/** The table of services (libs/contracts/src/services.ts), for scripts that Node runs without the TypeScript loader. */
import { readFileSync } from 'node:fs';
import { transformSync } from 'esbuild';

const source = readFileSync(new URL('../../libs/contracts/src/services.ts', import.meta.url), 'utf8');
const { code } = transformSync(source, { loader: 'ts', format: 'esm' });

export const { serviceNames, services, sources } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
