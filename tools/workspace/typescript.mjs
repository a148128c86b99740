/** Lets Node run this repository's TypeScript: `node --import ./tools/workspace/typescript.mjs <file.ts>`. */
import { existsSync, readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const swcrc = JSON.parse(readFileSync(new URL('../../.swcrc', import.meta.url), 'utf8'));
delete swcrc.$schema;

/** Whether the address is that of a file in TypeScript; a query after it asks for another copy of the module. */
const isTypeScript = (url) => /\.ts(\?|$)/.test(url ?? '');

registerHooks({
  resolve(specifier, context, next) {
    if (specifier.startsWith('.') && specifier.endsWith('.js') && isTypeScript(context.parentURL)) {
      const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
      if (existsSync(source)) return { url: source.href, format: 'module', shortCircuit: true };
    }
    const resolved = next(specifier, context);
    return isTypeScript(resolved.url) ? { ...resolved, format: 'module' } : resolved;
  },
  load(url, context, next) {
    if (!isTypeScript(url)) return next(url, context);
    const filename = fileURLToPath(url);
    const options = { ...swcrc, swcrc: false, filename, sourceMaps: 'inline' };
    return {
      format: 'module',
      shortCircuit: true,
      source: transformSync(readFileSync(filename, 'utf8'), options).code,
    };
  },
});
