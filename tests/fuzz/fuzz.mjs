/** `npm run fuzz -- --requests N --seed S`: starts the product, fuzzes it by its OpenAPI documents, says what broke. */
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled } from '../../tools/workspace/ensure.mjs';
import { Missing, pythonWith } from '../../tools/workspace/python.mjs';
import { startProduct } from './product.mjs';
import { markdown, merged, problemsOf } from './report.mjs';

const usage = `Fuzzes every operation of every service, by its OpenAPI document, as every role.

  npm run fuzz -- [--requests N] [--seed S] [--workers N] [--report <file.md>]

  --requests   how many; default 20000
  --seed       makes the same requests again; by default another one each time, and printed
  --workers    processes that send; default 2
  --report     writes what was asked and answered, as a page
  --help       this text

It starts a product of its own on temporary data, and needs Python 3.10 or newer.`;

function readArguments() {
  const string = { type: 'string' };
  const options = {
    requests: { ...string, default: '20000' },
    seed: { ...string, default: String(randomInt(1, 1_000_000)) },
    workers: { ...string, default: '2' },
    report: string,
    help: { type: 'boolean', default: false },
  };
  const { values } = parseArgs({ options });
  for (const name of ['requests', 'seed', 'workers'])
    if (!/^[1-9]\d{0,8}$/.test(values[name])) throw new Missing(`--${name} must be a whole number from 1 on.`);
  const { report, help } = values;
  return { requests: +values.requests, seed: +values.seed, workers: +values.workers, report, help };
}

async function worker(python, task) {
  const script = join(import.meta.dirname, 'python/fuzz.py');
  const env = { ...process.env, PYTHONHASHSEED: '0', NO_PROXY: '127.0.0.1' };
  const child = spawn(python, ['-B', script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  process.on('exit', () => child.kill());
  child.stdin.end(JSON.stringify(task));
  const ended = new Promise((resolve) => child.on('exit', resolve));
  const out = await text(child.stdout);
  const code = await ended;
  if (code !== 0) throw new Error(`A fuzzing process ended with ${code}; it says why above.`);
  return JSON.parse(out);
}

/** Every worker has a seed of its own, and all of the operations. */
async function fuzz(product, python, { requests, seed, workers }) {
  const { url, clientId, clientSecret } = product;
  // What reads the table has to be installed.
  const { serviceNames: services, sources } = await import('../../tools/workspace/services.mjs');
  const share = Math.ceil(requests / workers);
  const tasks = Array.from({ length: workers }, (_, index) => ({
    ...{ url, clientId, clientSecret, services, sources },
    requests: Math.min(share, requests - index * share),
    seed: seed * 16 + index,
  }));
  return merged(await Promise.all(tasks.map((task) => worker(python, task))));
}

async function main() {
  const asked = readArguments();
  if (asked.help) return console.log(usage);
  ensureInstalled();
  const requirements = join(import.meta.dirname, 'requirements.txt');
  const python = pythonWith({ name: 'fuzz', tool: 'The fuzzer', requirements });
  const product = await startProduct();
  // Whoever ends the run, by Ctrl-C or by this process's id, ends everything it has started.
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => void product.stop().then(() => process.exit(1)));
  let problems;
  try {
    console.log(`Fuzzing ${product.url} with ${asked.requests} requests, seed ${asked.seed} …`);
    const started = performance.now();
    const total = await fuzz(product, python, asked);
    const seconds = (performance.now() - started) / 1000;
    problems = problemsOf(total);
    if (product.hasEnded()) problems.push(`The product ended while it was fuzzed:\n${product.log()}`);
    console.log(`${total.requests} requests in ${Math.round(seconds)} s; ${problems.length} problems.`);
    if (asked.report) {
      const requirements = readFileSync(join(import.meta.dirname, 'requirements.txt'), 'utf8');
      const schemathesis = /^schemathesis==(.*)$/m.exec(requirements)[1];
      const command = `npm run fuzz -- --requests ${asked.requests} --seed ${asked.seed} --report ${asked.report}`;
      const load = loadavg()[0].toFixed(1);
      writeFileSync(asked.report, markdown(total, { ...asked, seconds, command, schemathesis, load }));
    }
    if (problems.length > 0) console.log(product.log().slice(-4000));
  } finally {
    await product.stop();
  }
  for (const problem of problems) console.error(`\n${problem}`);
  if (problems.length > 0) process.exitCode = 1;
}

main().catch((error) => {
  const isRefusal = error instanceof Missing || error?.code?.startsWith?.('ERR_PARSE_ARGS');
  console.error(isRefusal ? error.message : error);
  process.exitCode = 1;
});
