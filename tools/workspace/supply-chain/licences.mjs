/**
 * `npm run licences`: every package of the lock file must have a licence of the allow list; the list of them goes to
 * dist/licences.json. Exits with 1 and the packages that have not.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isAllowed, licenceOf, refusedPackages } from './licence-rules.mjs';

const root = resolve(fileURLToPath(import.meta.url), '../../../..');
const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** Packages for other platforms are in the lock file only; the installed ones say more. */
const packages = Object.entries(readJson(join(root, 'package-lock.json')).packages)
  .filter(([path, { link }]) => path.includes('node_modules/') && link !== true)
  .map(([path, { version, license, dev = false }]) => {
    const file = join(root, path, 'package.json');
    const licence = license ?? licenceOf(existsSync(file) ? readJson(file) : {});
    return { name: path.split('node_modules/').pop(), version, licence, dev };
  });

mkdirSync(join(root, 'dist'), { recursive: true });
writeFileSync(join(root, 'dist/licences.json'), `${JSON.stringify(packages, undefined, 2)}\n`);

const refused = refusedPackages(packages);
if (refused.length > 0) {
  console.error('These packages have licences that are not allowed (tools/workspace/supply-chain/licence-rules.mjs):');
  for (const { name, version, licence } of refused) console.error(`  ${name}@${version}: ${licence ?? 'none'}`);
  process.exit(1);
}
const counts = Map.groupBy(
  packages.filter(({ licence }) => isAllowed(licence)),
  ({ licence }) => licence,
);
const summary = [...counts].map(([licence, { length }]) => `${licence} ${length}`).join(', ');
console.log(`${packages.length} packages, every licence allowed: ${summary}`);
