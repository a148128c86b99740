/** One import from file to report. */
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { type Arguments, UsageError } from './arguments.js';
import { type CompiledMapping, compileMapping } from './mapping/compile.js';
import { loadMapping } from './mapping/load-mapping.js';
import { type Plan, planImport } from './plan.js';
import { RejectedRows } from './reading/rejected.js';
import { formatOf, type StagedFile, stageFile } from './reading/stage-file.js';
import { Staging } from './reading/staging.js';
import { describePlan, describeSample, describeSent, type ImportReport } from './report.js';
import { Api, type TokenSource } from './sending/api.js';
import { ImportState } from './sending/resume.js';
import { sendAll, type Sent } from './sending/send.js';

/** Where the events go. */
export interface Connection {
  readonly baseUrl: string;
  readonly tokens: TokenSource;
  readonly tenant: { readonly id: string; readonly slug: string };
}
/** The tenant that is wanted; the zone is given to one that is created. */
export interface Destination {
  readonly slug: string;
  readonly timeZone: string;
}
export interface Console {
  /** Results, one message each. */
  say(text: string): void;
  /** Where the import is; shown in place of the last one. */
  progress(text: string): void;
}

/** `connect` is asked only when something is to be sent. */
export async function runImport(
  args: Arguments,
  connect: (destination: Destination) => Promise<Connection>,
  out: Console,
  signal: AbortSignal,
): Promise<ImportReport> {
  for (const file of [args.file, args.mapping]) mustBeReadable(file);
  const compiled = compileMapping(loadMapping(args.mapping), args.mapping);
  const base = outputBase(args);
  const format = formatOf(args.file, compiled.mapping.file?.format) === 'csv' ? 'csv' : 'jsonl';
  using rejected = new RejectedRows(base, format);
  using staging = new Staging(compiled);
  const staged = await stageFile(args.file, compiled, {
    staging,
    rejected,
    onProgress: (rows) => {
      signal.throwIfAborted();
      out.progress(`Reading ${basename(args.file)}: ${rows.toLocaleString('en-US')} rows`);
    },
  });
  const plan = planImport(compiled, staging, rejected, signal);
  let report = reportOf(args, compiled, staged, plan, rejected);
  out.say(describePlan(report));
  if (args.dryRun) out.say(describeSample(plan.sample));
  else {
    const started = performance.now();
    const { source, times } = compiled.mapping;
    const connection = await connect({ slug: args.tenant ?? source, timeZone: times?.zone ?? 'UTC' });
    const sent = await send({ args, compiled, staging, staged, plan, rejected, base, out, signal }, connection);
    const seconds = (performance.now() - started) / 1000;
    const events = sent.intake.accepted + sent.intake.skipped + sent.routing.accepted + sent.routing.skipped;
    const rejectedFile = rejected.count > 0 ? rejected.file : null;
    report = { ...report, tenant: connection.tenant, sent, seconds, eventsPerSecond: events / seconds, rejectedFile };
    out.say(describeSent(report));
  }
  if (args.report !== undefined) writeFileSync(args.report, `${JSON.stringify(report, null, 2)}\n`);
  return report;
}

/** @throws UsageError */
function mustBeReadable(file: string): void {
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true)
    throw new UsageError(`There is no file ${resolve(file)}`);
}

interface Sending {
  readonly args: Arguments;
  readonly compiled: CompiledMapping;
  readonly staging: Staging;
  readonly staged: StagedFile;
  readonly plan: Plan;
  readonly rejected: RejectedRows;
  readonly base: string;
  readonly out: Console;
  readonly signal: AbortSignal;
}

async function send(sending: Sending, { baseUrl, tokens, tenant }: Connection): Promise<Sent> {
  const { args, compiled, staging, staged, plan, rejected, base, out, signal } = sending;
  const identity = {
    fileSha256: staged.sha256,
    mappingSha256: createHash('sha256').update(readFileSync(args.mapping)).digest('hex'),
    tenantId: tenant.id,
    url: baseUrl,
  };
  const state = ImportState.load(`${base}.import-state.json`, identity);
  if (args.restart) state.restart();
  const started = performance.now();
  let done = 0;
  const onProgress = (events: number) => {
    done += events;
    const perSecond = Math.round((done / (performance.now() - started)) * 1000);
    const share = Math.floor((done / Math.max(1, plan.events)) * 100);
    out.progress(
      `Sending: ${done.toLocaleString('en-US')} events (${share}%), ${perSecond.toLocaleString('en-US')} events/s`,
    );
  };
  const api = new Api({ baseUrl, tokens, onRetry: (reason) => out.say(`Trying again: ${reason}`) });
  const onRejected = (line: number, key: string, reason: string) => rejected.add(line, key, reason);
  const { inFlight } = args;
  return sendAll({
    compiled,
    staging,
    plan,
    api,
    tenantId: tenant.id,
    inFlight,
    state,
    onRejected,
    onProgress,
    signal,
  });
}

/** `<folder>/<file>` for what the import writes: beside the file, unless that folder is read-only. */
function outputBase({ file, out }: Arguments): string {
  const name = basename(file);
  if (out !== undefined) {
    mkdirSync(out, { recursive: true });
    return join(out, name);
  }
  const folder = dirname(resolve(file));
  try {
    accessSync(folder, constants.W_OK);
    return join(folder, name);
  } catch {
    // Somebody else's folder: what concerns this run goes where it was started.
    return resolve(name);
  }
}

function reportOf(
  args: Arguments,
  compiled: CompiledMapping,
  staged: StagedFile,
  plan: Plan,
  rejected: RejectedRows,
): ImportReport {
  const { sha256: _, distinct, rejected: unreadable, ...rows } = staged;
  const unmapped = [...compiled.unmapped].map(([place, values]) => [place, Object.fromEntries(values)] as const);
  return {
    file: args.file,
    mapping: args.mapping,
    source: compiled.mapping.source,
    dryRun: args.dryRun,
    rows: { ...rows, rejected: unreadable + plan.rejected },
    tickets: plan.tickets,
    events: { total: plan.events, byType: plan.eventsByType, firstAt: plan.firstAt, lastAt: plan.lastAt },
    channels: plan.channels,
    priorities: plan.priorities,
    departments: plan.departments,
    agents: plan.agents.length,
    distinct,
    unmapped: Object.fromEntries(unmapped),
    rejectedFile: rejected.count > 0 ? rejected.file : null,
    ...(args.dryRun && { sample: plan.sample }),
    seconds: 0,
  };
}
