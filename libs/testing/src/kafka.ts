import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describeUnless, whyNot } from './describe-with.js';
import { sharedByTheRun } from './run-resource.js';

export interface TestKafka {
  /** host:port each. */
  readonly brokers: readonly string[];
}

/** A broker of one's own, to be killed and started again. */
export interface OwnKafka extends TestKafka {
  /** kill -9; the data stays. */
  kill(): Promise<void>;
  isRunning(): boolean;
  /** Starts it again on the same port with the same data. */
  restart(): Promise<void>;
  /** What the broker has said, over all its starts. */
  log(): Promise<string>;
  /** Ends it and throws the data away. */
  stop(): Promise<void>;
}

let reason: string | undefined;
let asked: Promise<TestKafka> | undefined;

/** Why this machine has no Kafka for tests; '' when it has. */
export function whyNoKafka(): string {
  if (process.env.GUICHET_TEST_KAFKA_BROKERS) return '';
  reason ??= whyNot('kafka-availability.mjs');
  return reason;
}

/**
 * A real Kafka for the whole test run: GUICHET_TEST_KAFKA_BROKERS (host:port, comma-separated) where set, otherwise a
 * container, otherwise a local one. Undefined where none can run. Use topics and groups of your own: others share it.
 */
export async function kafkaForTests(): Promise<TestKafka | undefined> {
  const given = process.env.GUICHET_TEST_KAFKA_BROKERS;
  if (given) return { brokers: given.split(',') };
  if (whyNoKafka() !== '') return undefined;
  asked ??= sharedByTheRun<TestKafka>('kafka', 240_000);
  return asked;
}

/**
 * `describe` for tests that need Kafka. Where there is none the block is skipped with the reason in its name, or fails
 * when REQUIRE_KAFKA=1. `kafka.brokers` may be read inside hooks and tests.
 */
export function describeWithKafka(name: string, block: (kafka: TestKafka) => void): void {
  describeUnless(whyNoKafka(), name, () => {
    let running: TestKafka | undefined;
    beforeAll(async () => {
      running = await kafkaForTests();
    }, 240_000);
    block({
      get brokers() {
        if (!running) throw new Error('Kafka is there inside hooks and tests only.');
        return running.brokers;
      },
    });
  });
}

export interface OwnKafkaOptions {
  /** File with further settings of the broker; they may use {port}, {controllerPort} and {data}. */
  readonly properties?: string;
  /** NAME:PASSWORD of a user for SASL SCRAM-SHA-512. */
  readonly scram?: string;
  /** Where its data is kept, and its log; a temporary folder unless given. */
  readonly folder?: string;
}

/** A local broker for one test alone: needs Java, even where a Docker engine answers. */
export async function startOwnKafka({ properties, scram, folder: given }: OwnKafkaOptions = {}): Promise<OwnKafka> {
  const flags = [...(properties ? ['--properties', properties] : []), ...(scram ? ['--scram', scram] : [])];
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'guichet-own-kafka-')));
  let running = await runBroker(folder, flags);
  const brokers = running.brokers;
  return {
    brokers,
    async kill() {
      process.kill(running.pid, 'SIGKILL');
      await running.ended;
    },
    isRunning: () => running.isRunning(),
    async restart() {
      running = await runBroker(folder, flags);
    },
    log: () => readFile(join(folder, 'kafka.log'), 'utf8'),
    async stop() {
      running.end();
      await running.ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function runBroker(folder: string, more: readonly string[]) {
  const script = join(import.meta.dirname, '..', '..', '..', 'infra', 'kafka-local', 'kafka-local.mjs');
  const flags = ['start', '--json', '--folder', folder, '--owner', String(process.pid), ...more];
  const starter = spawn(process.execPath, [script, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(starter, 'exit');
  const isRunning = () => starter.exitCode === null && starter.signalCode === null;
  let complaint = '';
  starter.stderr.on('data', (text) => (complaint += String(text)));
  const lines = createInterface({ input: starter.stdout });
  const line = await Promise.race([once(lines, 'line'), ended.then(() => undefined)]);
  if (!line) throw new Error(`Kafka did not start: ${complaint}`);
  const { brokers, pid } = JSON.parse(String(line[0])) as { brokers: string[]; pid: number };
  return { brokers, pid, ended, end: () => starter.kill('SIGTERM'), isRunning };
}
