/** `npm run -s token -- --tenant <slug> --role <role>`: prints an access token of the running demo. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `Prints an access token of the Guichet that runs on this machine, for curl and scripts.

  npm run -s token -- --tenant <slug> --role <role> [--role <role> ...] [--person <e-mail or id>]

  --tenant   the tenant's slug; default demo
  --role     requester, agent, supervisor, admin, analyst, importer, operator or service; default agent
  --person   whose token: somebody of the tenant; by default whoever has the role in the demo
  --help     this text

  The running demo is found by its data folder: GUICHET_DATA_DIR, default .guichet`;

/** Said as it is, without a stack trace. */
class Refusal extends Error {}

function readArguments() {
  const string = { type: 'string' };
  const options = {
    tenant: { ...string, default: 'demo' },
    role: { ...string, multiple: true, default: ['agent'] },
    person: string,
    help: { type: 'boolean', default: false },
  };
  try {
    return parseArgs({ options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new Refusal(`${error.message}\n\n${usage}`);
  }
}

const startIt = 'Start the demo with npm start.';

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // alive, but somebody else's
  }
}

async function readDemo(dataDir) {
  const file = join(dataDir, 'demo.json');
  try {
    const demo = JSON.parse(await readFile(file, 'utf8'));
    // Another product may answer at the address of one that was stopped.
    if (demo.pid !== undefined && !isAlive(demo.pid)) throw new Refusal(`Nothing runs on ${dataDir} now. ${startIt}`);
    return demo;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error.code !== 'ENOENT') throw new Refusal(`${file} cannot be read: ${error.message}`);
    throw new Refusal(
      `There is no ${file}: start the demo first (npm start), or set GUICHET_DATA_DIR to the data folder of the one that runs.`,
    );
  }
}

/** Asked where the process listens, since the issuer's public name may lead elsewhere. */
async function requestToken({ url, clientId, clientSecret }, { tenant, role, person }) {
  const wishes = [['grant_type', 'client_credentials'], ['tenant', tenant], ...role.map((one) => ['role', one])];
  const credentials = [clientId, clientSecret].map(encodeURIComponent).join(':');
  try {
    return await fetch(`${url}/identity/token`, {
      method: 'POST',
      body: new URLSearchParams(person === undefined ? wishes : [...wishes, ['person', person]]),
      headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      signal: AbortSignal.timeout(10_000),
    });
  } catch (error) {
    throw new Refusal(`${url} does not answer (${error.cause?.message ?? error.message}). ${startIt}`);
  }
}

async function main() {
  const wanted = readArguments();
  if (wanted.help) return usage;
  const response = await requestToken(await readDemo(process.env.GUICHET_DATA_DIR || '.guichet'), wanted);
  const text = await response.text();
  if (response.ok) return JSON.parse(text).access_token;
  const reason = response.headers.get('content-type')?.includes('json') ? JSON.parse(text) : {};
  throw new Refusal(`No token: ${reason.error_description ?? reason.detail ?? `HTTP ${response.status}`}.`);
}

try {
  console.log(await main());
} catch (error) {
  console.error(error instanceof Refusal ? error.message : error);
  process.exitCode = 1;
}
