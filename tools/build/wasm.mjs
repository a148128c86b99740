import { readFile } from 'node:fs/promises';

const read = "readFileSync(fileURLToPath(new URL('./browser/index_bg.wasm', import.meta.url)))";

/**
 * esbuild's plugin for the stemmers of search: their package reads its WebAssembly from a file beside itself, which a
 * bundle does not have. Here the bundle has it inside.
 */
export const wasm = {
  name: 'wasm',
  setup(bundler) {
    bundler.onLoad({ filter: /multilingual-stemmer[\\/]dist[\\/]wasm\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      if (!text.includes(read))
        throw new Error(`${path} no longer reads its WebAssembly as it did: look at ${import.meta.url}`);
      const contents = `import bytes from './browser/index_bg.wasm';\n${text.replace(read, 'bytes')}`;
      return { contents, loader: 'js' };
    });
    bundler.onLoad({ filter: /\.wasm$/ }, async ({ path }) => ({ contents: await readFile(path), loader: 'binary' }));
  },
};
