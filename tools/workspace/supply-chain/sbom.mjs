/** `npm run sbom`: what the product is made of, as CycloneDX, in dist/sbom.cdx.json. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root } from './npm.mjs';

const { status, stdout, stderr } = npm(
  'sbom',
  '--loglevel=error',
  '--sbom-format=cyclonedx',
  '--sbom-type=application',
  '--package-lock-only',
);
if (status !== 0) {
  console.error(`npm sbom failed:\n${stderr}`);
  process.exit(1);
}
const bom = JSON.parse(stdout);
bom.metadata.component.name = 'guichet'; // npm takes the folder's name
const names = new Set(bom.components.map(({ group, name }) => (group ? `${group}/${name}` : name)));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const missing = Object.keys(manifest.dependencies).filter((name) => !names.has(name));
if (bom.bomFormat !== 'CycloneDX' || missing.length > 0) {
  console.error(`The bill of materials is not complete: ${missing.join(', ') || 'no CycloneDX'}.`);
  process.exit(1);
}
mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist/sbom.cdx.json'), `${JSON.stringify(bom, undefined, 2)}\n`);
console.log(`dist/sbom.cdx.json: CycloneDX ${bom.specVersion}, ${bom.components.length} components`);
