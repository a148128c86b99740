/**
 * `npm run bench:neighbours [-- --seconds 15 --rounds 3 --calm 20 --burst 500 --pin --without-limits]`: what a burst of
 * one tenant does to another. An all-in-one is started with its default settings; a calm tenant asks `calm` times a
 * second, alone and beside a tenant that sends `burst` requests per second and does not listen when it is refused, in
 * turns. Each tenant's client is a process of its own. `--pin` gives the product with its PostgreSQL the first core and
 * the clients the second, so that what the clients cost is not counted. Prints JSON.
 */
import { spawn } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pinnedNode } from '../../tools/workspace/ensure.mjs';
import { between, look, onCores, startProduct, tokenOf } from './product.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '15' },
    rounds: { type: 'string', default: '3' },
    calm: { type: 'string', default: '20' },
    burst: { type: 'string', default: '500' },
    pin: { type: 'boolean', default: false },
    'without-limits': { type: 'boolean', default: false },
    'cpu-prof': { type: 'string' },
  },
});
const [seconds, rounds, calmPerSecond, burst] = ['seconds', 'rounds', 'calm', 'burst'].map((name) =>
  Number(values[name]),
);
const cores = values.pin ? { product: '0', clients: '1' } : {};
/** A proxy before the product would not send more than so many at once. */
const most = 256;
const settlingMs = 3_000;

/** An agent's mixture: three reads to one write. */
const requests = [
  ['GET', '/routing/v1/departments/billing/queue?limit=20'],
  ['GET', '/analytics/v1/kpis/backlog'],
  ['GET', '/intake/v1/tickets?limit=20'],
  ['POST', '/intake/v1/tickets', JSON.stringify({ subject: 'Measured', body: 'One more.', departmentId: 'billing' })],
];

function send({ url }, token, perSecond, forSeconds = seconds) {
  const asked = JSON.stringify({ url, token, requests, perSecond, seconds: forSeconds, most });
  const [command, args] = onCores(cores.clients, pinnedNode, [join(import.meta.dirname, 'client.mjs'), asked]);
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(text)) : reject(new Error(`A client ended with ${code}.`)),
    );
  });
}

const round = (value) => Math.round(value * 100) / 100;
const rounded = (_key, value) => (typeof value === 'number' ? round(value) : value);

function quantiles(all) {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1) };
}

const count = (statuses) => {
  const counts = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

/** Of accepted requests only: a refusal is quick, and no answer. */
function figures(reports) {
  const took = reports.flatMap((report) => report.took);
  const accepted = took.filter(({ status }) => status >= 200 && status < 300);
  const p99Of = (what) => quantiles(accepted.filter((one) => one.what === what).map((one) => one.fromSentMs)).p99;
  const worst = (read) => Math.max(...reports.map(read));
  return {
    statuses: count(took.map(({ status }) => status)),
    skipped: reports.reduce((sum, { skipped }) => sum + skipped, 0),
    fromSentMs: quantiles(accepted.map(({ fromSentMs }) => fromSentMs)),
    fromDueMs: quantiles(accepted.map(({ fromDueMs }) => fromDueMs)),
    p99FromSentMs: Object.fromEntries(
      [...new Set(accepted.map(({ what }) => what))].map((what) => [what, p99Of(what)]),
    ),
    client: {
      eventLoopDelayMs: {
        p99: worst((one) => one.eventLoopDelayMs.p99),
        max: worst((one) => one.eventLoopDelayMs.max),
      },
      cpu: worst(({ cpuShare }) => cpuShare),
    },
  };
}

/**
 * A second tenant with a department of the same name; tokens of an agent of the first and an administrator of the
 * second.
 */
async function twoTenants(product) {
  const post = async (path, token, body) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${product.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  };
  const operator = await tokenOf(product, 'demo', 'operator');
  await post('/identity/v1/tenants', operator, { slug: 'noisy', name: 'Noisy', timeZone: 'Etc/UTC' });
  const noisy = await tokenOf(product, 'noisy', 'admin');
  await post('/routing/v1/departments', noisy, { departmentId: 'billing', name: 'Billing' });
  return { calm: await tokenOf(product, 'demo', 'agent'), noisy };
}

async function measure(product) {
  const { calm, noisy } = await twoTenants(product);
  await send(product, calm, calmPerSecond, 10); // warm
  const phases = { quiet: [], beside: [] };
  for (let i = 0; i < rounds; i++) {
    for (const name of Object.keys(phases)) {
      await new Promise((done) => setTimeout(done, settlingMs));
      const before = await look(product);
      const loads = [send(product, calm, calmPerSecond), ...(name === 'beside' ? [send(product, noisy, burst)] : [])];
      const [of, noise] = await Promise.all(loads);
      const { machineCpu, ...seen } = between(before, await look(product));
      const clientsCpu = of.cpuShare + (noise?.cpuShare ?? 0);
      // What others did on this machine meanwhile: where it is much, the figures are theirs.
      const othersCpu = machineCpu - seen.nodeCpu - seen.postgresCpu - clientsCpu;
      phases[name].push({ calm: of, noise, product: { ...seen, othersCpu } });
    }
  }
  const quiet = figures(phases.quiet.map((phase) => phase.calm));
  const beside = figures(phases.beside.map((phase) => phase.calm));
  const ratio = (from) =>
    Object.fromEntries(['p50', 'p90', 'p99'].map((at) => [at, beside[from][at] / quiet[from][at]]));
  return {
    ratio: { fromSent: ratio('fromSentMs'), fromDue: ratio('fromDueMs') },
    quiet: { ...quiet, product: phases.quiet.map((phase) => phase.product) },
    beside: { ...beside, product: phases.beside.map((phase) => phase.product) },
    noise: figures(phases.beside.map((phase) => phase.noise)),
  };
}

const unlimited = { RATE_LIMIT_CLIENT: '0', RATE_LIMIT_TENANT: '0' };
const profile = values['cpu-prof'];
const nodeArgs = profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`];
const product = await startProduct({ env: values['without-limits'] ? unlimited : {}, cores: cores.product, nodeArgs });
// What was started ends with this.
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void product.stop().finally(() => process.exit(1)));
try {
  const machine = { cores: availableParallelism(), load: loadavg()[0] };
  console.log(JSON.stringify({ ...values, machine, ...(await measure(product)) }, rounded, 2));
} finally {
  await product.stop();
}
