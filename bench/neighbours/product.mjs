/**
 * An all-in-one of its own for a measurement: started with a demo's history in a folder that is thrown away, asked how
 * it is, and stopped.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';
import { ensureBuilt, pinnedNode } from '../../tools/workspace/ensure.mjs';

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** `command` with `args`, on these cores only where they are given (as `taskset` writes them). */
export const onCores = (cores, command, args) =>
  cores === undefined ? [command, args] : ['taskset', ['-c', cores, command, ...args]];

/** @param nodeArgs such as `--cpu-prof`. @throws Error if it is not ready within two minutes. */
export async function startProduct({ env, cores, nodeArgs = [] }) {
  const dataDir = mkdtempSync(join(tmpdir(), 'guichet-bench-'));
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const [command, args] = onCores(cores, pinnedNode, [...nodeArgs, ensureBuilt('all-in-one')]);
  const child = spawn(command, args, {
    env: { ...process.env, PORT: port, GUICHET_DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await new Promise((done) => child.once('exit', done));
    }
    rmSync(dataDir, { recursive: true, force: true });
  };
  const product = { url: `http://127.0.0.1:${port}`, pid: child.pid, stop };
  try {
    await untilReady(product, child, dataDir);
  } catch (error) {
    await stop();
    throw error;
  }
  return { ...product, client: JSON.parse(readFileSync(join(dataDir, 'demo.json'), 'utf8')) };
}

async function untilReady({ url }, child, dataDir) {
  const deadline = Date.now() + 120_000;
  const mustHope = () => {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('The product does not start.');
  };
  const isReady = () =>
    fetch(`${url}/health/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  for (; !(await isReady()); await pause(100)) mustHope();
  // The demo's history is written after the host is ready.
  const hasHistory = () => {
    try {
      return JSON.parse(readFileSync(join(dataDir, 'demo-history.json'), 'utf8')).isComplete;
    } catch {
      return false; // not begun yet
    }
  };
  for (; !hasHistory(); await pause(200)) mustHope();
}

export async function tokenOf({ url, client }, tenant, role) {
  const authorization = `Basic ${Buffer.from(`${client.clientId}:${client.clientSecret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials', tenant, role });
  const response = await fetch(`${url}/identity/token`, { method: 'POST', headers: { authorization }, body });
  if (!response.ok) throw new Error(`No token for ${role} of ${tenant}: ${await response.text()}`);
  return (await response.json()).access_token;
}

/** Seconds of processor time of everything below `pid`, itself not counted: PostgreSQL. Linux only, elsewhere NaN. */
function cpuSecondsBelow(pid) {
  const stats = new Map();
  try {
    for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      try {
        const fields = readFileSync(`/proc/${name}/stat`, 'utf8')
          .replace(/^.*\) /s, '')
          .split(' ');
        // user and system time, its own and that of children that have ended, in ticks of 10 ms
        const ticks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]), 0);
        stats.set(Number(name), { parent: Number(fields[1]), seconds: ticks / 100 });
      } catch {
        // It has ended since.
      }
    }
  } catch {
    return NaN;
  }
  const below = new Set([pid]);
  for (let before = 0; before < below.size;) {
    before = below.size;
    for (const [one, { parent }] of stats) if (below.has(parent)) below.add(one);
  }
  return [...below].filter((one) => one !== pid).reduce((sum, one) => sum + stats.get(one).seconds, 0);
}

/** Seconds of processor time of the whole machine. Linux only, elsewhere NaN. */
function machineSeconds() {
  try {
    const [user, nice, system, , , irq, softirq] = readFileSync('/proc/stat', 'utf8')
      .split('\n', 1)[0]
      .split(/ +/)
      .slice(1)
      .map(Number);
    return (user + nice + system + irq + softirq) / 100;
  } catch {
    return NaN;
  }
}

/** What the product says of itself. Its percentiles of the event loop's lag are those since the last look. */
export async function look({ url, pid }) {
  const text = await (await fetch(`${url}/metrics`)).text();
  const value = (name) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1]);
  const counted = (name) =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`^${name}\\{(.*)\\} (\\S+)`, 'gm'))].map(([, labels, n]) => [labels, Number(n)]),
    );
  return {
    at: performance.now(),
    machineSeconds: machineSeconds(),
    nodeSeconds: value('process_cpu_seconds_total'),
    postgresSeconds: cpuSecondsBelow(pid),
    lagP99Ms: value('nodejs_eventloop_lag_p99_seconds') * 1000,
    lagMaxMs: value('nodejs_eventloop_lag_max_seconds') * 1000,
    refused: counted('guichet_requests_refused_total'),
  };
}

/** Between two looks: shares of one core, and the event loop's lag. */
export function between(before, after) {
  const seconds = (after.at - before.at) / 1000;
  const refused = Object.entries(after.refused).map(([labels, n]) => [labels, n - (before.refused[labels] ?? 0)]);
  return {
    machineCpu: (after.machineSeconds - before.machineSeconds) / seconds,
    nodeCpu: (after.nodeSeconds - before.nodeSeconds) / seconds,
    postgresCpu: (after.postgresSeconds - before.postgresSeconds) / seconds,
    eventLoopLagMs: { p99: after.lagP99Ms, max: after.lagMaxMs },
    refused: Object.fromEntries(refused.filter(([, n]) => n > 0)),
  };
}
