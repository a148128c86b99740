import { SourceMap, type SourceMapPayload } from 'node:module';
import { transformSync } from 'esbuild';
import { withOwnSourcesOnly } from './own-sources.mjs';

/** Two sources one after the other, ours first and last. */
const map = {
  version: 3,
  sources: ['libs/ours.ts', 'node_modules/theirs.js'],
  names: [],
  // ours 1:1, ours 2:3, theirs 1:1, theirs 2:1, ours 3:1
  mappings: 'AAAA;AACE;ACDF;AACA;ADCA',
};
const payload = (of: object) => of as SourceMapPayload;
const kept = new SourceMap(payload(withOwnSourcesOnly(map, (source) => source.startsWith('libs/'))));

it('maps our places as before', () => {
  const whole = new SourceMap(payload(map));
  for (const generatedLine of [0, 1, 4]) {
    const entry = kept.findEntry(generatedLine, 0);
    expect(entry).toEqual(whole.findEntry(generatedLine, 0));
    expect(entry).toMatchObject({ originalSource: 'libs/ours.ts' });
  }
});

it('maps no place of theirs, not even to ours before it', () => {
  for (const generatedLine of [2, 3])
    expect(kept.findEntry(generatedLine, 5)).not.toHaveProperty('originalSource', expect.any(String));
  expect(JSON.stringify(kept.payload)).not.toContain('theirs');
});

it('understands what the bundler writes', () => {
  const source = Array.from({ length: 300 }, (_, i) => `const value${i} = (a) => a + ${i} * ${i};`).join('\n');
  const written = transformSync(source, { sourcemap: true, sourcefile: 'libs/ours.ts', minify: true });
  const whole = JSON.parse(written.map) as typeof map;
  const { mappings } = withOwnSourcesOnly({ ...whole, names: [] }, () => true);
  const [before, after] = [whole, { ...whole, mappings }].map((one) => new SourceMap(payload(one)));
  for (let column = 0; column < written.code.length; column += 7) {
    const { name: _, ...expected } = before?.findEntry(0, column) as { name?: string };
    expect(after?.findEntry(0, column)).toMatchObject(expected);
  }
});
