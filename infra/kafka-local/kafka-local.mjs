#!/usr/bin/env node
/** Apache Kafka on a machine without Docker. Run it without arguments for its commands. */
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { formatKafka, startKafka } from './broker.mjs';
import { installKafka, whatIsMissing } from './runtime.mjs';

const usage = `Usage: node infra/kafka-local/kafka-local.mjs <command> [options]
  check                            can Kafka run on this machine? says what is missing otherwise
  install                          fetch Kafka into the user's cache (start does so by itself)
  format --folder F [--port P]     prepare a folder: settings and an empty log
  start [--folder F] [--port P]    run a broker until Ctrl-C; without a folder its data is thrown away at the end
  stop --folder F                  end the broker of that folder
Options of format and start: --properties FILE adds settings (they may use {port}, {controllerPort} and {data});
  --scram NAME:PASSWORD adds a user for SASL SCRAM-SHA-512.
Options of start, for programs: --json prints one line of JSON when it takes requests; --owner PID ends with that process.`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    folder: { type: 'string' },
    port: { type: 'string' },
    json: { type: 'boolean', default: false },
    owner: { type: 'string' },
    properties: { type: 'string' },
    scram: { type: 'string' },
  },
});
const folder = values.folder && resolve(values.folder);
const port = values.port && Number(values.port);
const { properties, scram } = values;

const commands = {
  check: () => fail(whatIsMissing()),
  install: async () => console.log(await installKafka()),
  format: async () => {
    if (!folder) return fail('format needs --folder');
    await formatKafka({ folder, port, properties, scram });
  },
  start,
  stop,
};

try {
  const command = commands[positionals[0]];
  if (command) await command();
  else fail(usage);
} catch (error) {
  fail(error.message);
}

async function start() {
  const kafka = await startKafka({ folder, port, properties, scram });
  const { brokers, pid } = kafka;
  if (values.json) console.log(JSON.stringify({ brokers, pid, folder: kafka.folder }));
  else console.log(`Kafka takes requests on ${brokers[0]} (process ${pid}, folder ${kafka.folder}). Ctrl-C ends it.`);

  const asked = new Promise((end) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, end)));
  const orphaned = values.owner ? endOf(Number(values.owner)) : new Promise(() => {});
  const itself = kafka.ended.then(() => 'itself');
  if ((await Promise.race([asked, orphaned, itself])) === 'itself') {
    fail(`Kafka ended; its log is ${join(kafka.folder, 'kafka.log')}`);
  }
  await kafka.stop();
  process.exit();
}

async function stop() {
  if (!folder) return fail('stop needs --folder');
  const pid = await readFile(join(folder, 'kafka.pid'), 'utf8').catch(() => undefined); // no file: not running
  if (!pid || !isAlive(Number(pid))) return console.log('No broker is running in that folder.');
  process.kill(Number(pid), 'SIGTERM');
  await endOf(Number(pid));
}

async function endOf(pid) {
  while (isAlive(pid)) await delay(200);
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // alive, but somebody else's
  }
}

function fail(message) {
  if (!message) return;
  console.error(message);
  process.exitCode = 1;
}
