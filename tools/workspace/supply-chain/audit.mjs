/**
 * `npm run audit`: known vulnerabilities of the dependencies. Exits with 1 for one that accepted-advisories.json does
 * not explain.
 * A registry that offers no advisories is said, and is an error only with REQUIRE_AUDIT=1.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm, root } from './npm.mjs';

const { stdout, stderr } = npm('audit', '--loglevel=error', '--json');
const report = parse(stdout);
if (report?.vulnerabilities === undefined) {
  console.error(`The registry gives no advisories: ${report?.message ?? stderr.trim()}`);
  process.exit(process.env.REQUIRE_AUDIT === '1' ? 1 : 0);
}
const accepted = JSON.parse(readFileSync(join(root, 'tools/workspace/supply-chain/accepted-advisories.json'), 'utf8'));
const advisories = Object.values(report.vulnerabilities).flatMap(({ via }) =>
  via.filter((one) => typeof one === 'object'),
);
const open = advisories.filter(({ url }) => accepted[url] === undefined);
for (const { name, severity, title, url } of open) console.error(`${severity}: ${name}: ${title} ${url}`);
const stale = Object.keys(accepted).filter((url) => !advisories.some((one) => one.url === url));
for (const url of stale) console.error(`No longer found, take it out of accepted-advisories.json: ${url}`);
if (open.length + stale.length > 0) process.exit(1);
console.log(`No known vulnerabilities${advisories.length > 0 ? ` but ${advisories.length} explained ones` : ''}.`);

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // npm could not even say in JSON what is wrong
  }
}
