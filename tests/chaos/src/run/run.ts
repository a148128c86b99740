/** One run, from the start of the product to its end. */
import { type ServiceName, serviceNames } from '@guichet/contracts';
import { availableParallelism, totalmem } from 'node:os';
import { demoClient } from '@guichet/testing';
import type { Arguments } from '../arguments.js';
import { checkAll } from '../check/final-check.js';
import { Ledger } from '../life/ledger.js';
import { People } from '../life/people.js';
import { settle, SimulatedLife } from '../life/simulated-life.js';
import { departments } from '../life/ticket-steps.js';
import { Tokens } from '../life/tokens.js';
import { ChaosProduct } from '../parts/chaos-product.js';
import { killPlan } from '../plan/kill-plan.js';
import { type Report, reportOf } from '../report/report.js';
import { killByPlan } from './killer.js';
import { Probe, type Recovery } from './recovery.js';

export interface Surroundings {
  readonly bundles: Readonly<Record<ServiceName, string>>;
  readonly say: (line: string) => void;
  /** Given the product as soon as it runs, to end it where the run itself is ended. */
  readonly onStart: (product: ChaosProduct) => void;
}

const tenants = ['chaos-north', 'chaos-south', 'chaos-west'];

/** @returns the report, and the folder of the logs where something was found */
export async function runChaos(
  args: Arguments,
  { bundles, say, onStart }: Surroundings,
): Promise<{ report: Report; logs?: string }> {
  const ledger = new Ledger(({ kind, text }) => say(`! ${kind}: ${text}`));
  const onOwnEnd = (name: string, output: string) =>
    ledger.find('ended by itself', `${name} ended without having been killed: ${output.slice(-2_000)}`);
  say(`starting ${serviceNames.join(', ')} over Kafka and PostgreSQL …`);
  const product = await ChaosProduct.start({ bundles, replicas: args.replicas, onOwnEnd });
  onStart(product);
  try {
    const report = await runOn(product, ledger, args, say);
    const isClean = report.findings.length === 0;
    return { report, ...(isClean && !args.keepLogs ? {} : { logs: await product.keepLogs() }) };
  } catch (error) {
    throw new Error(`The run broke off; the logs are in ${await product.keepLogs()}.`, { cause: error });
  } finally {
    await product.stop();
  }
}

async function runOn(
  product: ChaosProduct,
  ledger: Ledger,
  args: Arguments,
  say: (line: string) => void,
): Promise<Report> {
  const { seed, minutes, replicas, lanes } = args;
  const noToken = () => ledger.hiccup('no token');
  const people = new People(product.url, new Tokens(product.url, demoClient, noToken), ledger);
  await settle({ people, tenants });
  const plan = killPlan({
    seed,
    durationMs: minutes * 60_000,
    parts: product.parts.filter(({ kind }) => args.parts.includes(kind)).map(({ name }) => name),
    everyMs: [args.every[0] * 1000, args.every[1] * 1000],
  });
  say(`${plan.length} kills in ${minutes} minutes, seed ${seed}`);
  const life = new SimulatedLife({ people, seed, tenants, lanes });
  const probe = new Probe({ people, tenant: tenants[0] ?? '', departmentId: departments[0] ?? '' }, seed);
  const onKill = (part: string, number: number) =>
    say(`kill ${number}/${plan.length}: ${part} (${ledger.sent.length} commands, ${ledger.findings.length} findings)`);
  const onBack = ({ part, answersMs, flowsMs }: Recovery) =>
    say(`  ${part} answers after ${seconds(answersMs)}, new tickets flow after ${seconds(flowsMs)}`);
  const recoveries = await killByPlan({ parts: product.parts, plan, probe, ledger, onKill, onBack });
  await life.end();
  await product.ready();
  say('comparing …');
  const checked = await checkAll(product, people, tenants);
  return reportOf({
    options: { seed, minutes, replicas, lanes },
    machine: { cores: availableParallelism(), memoryGiB: Math.round(totalmem() / 2 ** 30) },
    sent: ledger.sent,
    tickets: ledger.tickets.length,
    repeats: ledger.repeats,
    longestWaitMs: ledger.longestWaitMs,
    hiccups: ledger.hiccups,
    recoveries,
    failedStarts: product.services.reduce((sum, { failedStarts }) => sum + failedStarts, 0),
    checked,
    findings: [...ledger.findings, ...checked.findings],
  });
}

const seconds = (ms: number | undefined): string => (ms === undefined ? 'never' : `${(ms / 1000).toFixed(1)} s`);
