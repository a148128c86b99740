import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from '@guichet/testing';
import { build } from 'esbuild';
import { wasm } from './wasm.mjs';

it('a bundle has the stemmers inside, and nothing beside it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'guichet-wasm-'));
  try {
    const outfile = join(folder, 'bundle.mjs');
    await build({
      stdin: {
        contents: `import { polish } from 'multilingual-stemmer'; console.log(polish('faktury'));`,
        resolveDir: root,
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      plugins: [wasm],
      outfile,
    });
    const { stdout } = await promisify(execFile)(process.execPath, [outfile], { cwd: folder });
    expect(stdout.trim()).toBe('faktur');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
