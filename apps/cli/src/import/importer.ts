/** One import from file to report. */
import { createHash } from 'node:crypto';
import { accessSync, constants, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { ApiError, GuichetClient } from '@guichet/client';
import { bar, exitCodes, type Terminal, UsageError } from '../command-line.js';
import type { Arguments } from './arguments.js';
import { type Finding, findingsOf } from './findings.js';
import { type CompiledMapping, compileMapping } from './mapping/compile.js';
import type { Mapping } from './mapping/language.js';
import { loadMapping } from './mapping/load-mapping.js';
import type { RowRejected } from './mapping/mistakes.js';
import { type Plan, planImport } from './plan.js';
import { RejectedRows } from './reading/rejected.js';
import { formatOf, type StagedFile, stageFile } from './reading/stage-file.js';
import { Staging } from './reading/staging.js';
import { describePlan, describeSample, describeSent, type ImportReport } from './report.js';
import type { Access, Destination } from './sending/destination.js';
import { ImportState } from './sending/resume.js';
import { sendAll, type Sent } from './sending/send.js';
import { waitForFigures } from './sending/wait.js';

export interface Outcome {
  readonly report: ImportReport;
  readonly exitCode: number;
}

/**
 * @param connect is asked before the file is read, and only when something is to be sent
 * @throws UsageError, MappingError, ApiError; the signal's reason when interrupted
 */
export async function runImport(
  args: Arguments,
  connect: (source: string) => Promise<Access>,
  terminal: Terminal,
): Promise<Outcome> {
  for (const file of [args.file, args.mapping]) mustBeReadable(file);
  const compiled = compileMapping(loadMapping(args.mapping), args.mapping);
  const access = args.dryRun ? undefined : await connect(compiled.mapping.source);
  const base = outputBase(args);
  const format = formatOf(args.file, compiled.mapping.file?.format) === 'csv' ? 'csv' : 'jsonl';
  using rejected = new RejectedRows(base, format);
  using staging = new Staging(compiled);
  const { report, plan, staged } = await read({ args, compiled, staging, rejected, terminal });
  terminal.say(describePlan(report));
  const outcome = await carryOut({ args, compiled, staging, staged, plan, rejected, base, terminal, report }, access);
  if (args.report !== undefined) writeFileSync(args.report, `${JSON.stringify(outcome.report, null, 2)}\n`);
  return outcome;
}

/** @throws UsageError */
function mustBeReadable(file: string): void {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) throw new UsageError(`${resolve(file)} is a folder: name a file in it`);
  if (found === undefined) throw new UsageError(`There is no file ${resolve(file)}`);
  try {
    accessSync(file, constants.R_OK);
  } catch (error) {
    throw new UsageError(`${resolve(file)} may not be read by this account`, { cause: error });
  }
}

interface Reading {
  readonly args: Arguments;
  readonly compiled: CompiledMapping;
  readonly staging: Staging;
  readonly rejected: RejectedRows;
  readonly terminal: Terminal;
}

async function read({ args, compiled, staging, rejected, terminal }: Reading) {
  const name = basename(args.file);
  const { staged, use } = await stageFile(args.file, compiled, {
    ...{ staging, rejected },
    onProgress: (rows) => {
      terminal.signal.throwIfAborted();
      terminal.progress(`Reading ${name}: ${rows.toLocaleString('en-US')} rows`);
    },
  });
  const now = new Date().toISOString();
  const plan = planImport(compiled, staging, rejected, { now, signal: terminal.signal });
  const allRejected = staged.rejected + plan.rejected;
  const { maxRejectedPercent } = args;
  const findings = findingsOf({ compiled, staged, columns: use, plan, rejected: allRejected, maxRejectedPercent });
  return { staged, plan, report: reportOf({ args, compiled, staged, plan, rejected, findings, allRejected }) };
}

interface Carrying extends Reading {
  readonly staged: StagedFile;
  readonly plan: Plan;
  readonly base: string;
  readonly report: ImportReport;
}

async function carryOut(work: Carrying, access: Access | undefined): Promise<Outcome> {
  const { args, compiled, plan, terminal, report } = work;
  const stopped = stoppedBy(report.findings);
  if (!access) {
    terminal.say(describeSample(plan.sample));
    terminal.say(zoneNote(args, compiled.mapping));
    if (stopped !== undefined) terminal.say('This would not be imported: see "Must be mended" at the top.');
    return { report, exitCode: stopped ?? exitCodes.fine };
  }
  if (stopped !== undefined) {
    terminal.say('Nothing was sent: see "Must be mended" at the top.');
    return { report, exitCode: stopped };
  }
  const started = performance.now();
  const destination = await access.open(zoneFor(args, compiled.mapping));
  const sent = await send(work, destination);
  const seconds = (performance.now() - started) / 1000;
  const events = sent.intake.accepted + sent.intake.skipped + sent.routing.accepted + sent.routing.skipped;
  const { tenant, createdWithZone: timeZone } = destination;
  const full: ImportReport = {
    ...{ ...report, sent, seconds, eventsPerSecond: events / seconds },
    tenant: { ...tenant, ...(timeZone !== undefined && { timeZone }) },
    ...{ rejections: work.rejected.kinds, rejectedFile: work.rejected.count > 0 ? work.rejected.file : null },
  };
  terminal.say(describeSent(full));
  await waitIfWanted(work, destination, sent);
  const refused = sent.intake.rejected + sent.routing.rejected;
  const isFine = refused === 0 || (refused / Math.max(1, events + refused)) * 100 <= args.maxRejectedPercent;
  return { report: full, exitCode: isFine ? exitCodes.fine : exitCodes.failed };
}

/**
 * The exit code of what must be mended: too many rejected rows are a failure, everything else is a wrong mapping or
 * file.
 */
function stoppedBy(findings: readonly Finding[]): number | undefined {
  const errors = findings.filter(({ level }) => level === 'error');
  if (errors.length === 0) return undefined;
  return errors.every(({ place }) => place.startsWith('--')) ? exitCodes.failed : exitCodes.usage;
}

const zoneFor = ({ timeZone }: Arguments, { times }: Mapping): string => timeZone ?? times?.zone ?? 'UTC';

const zoneNote = (args: Arguments, mapping: Mapping): string =>
  `If the tenant is created by the import, days of its figures begin by the clock of ${zoneFor(args, mapping)} (--time-zone says otherwise).`;

async function send(work: Carrying, { baseUrl, tokens, tenant }: Destination): Promise<Sent> {
  const { args, compiled, staging, staged, plan, rejected, base, terminal } = work;
  const { say, progress, signal } = terminal;
  const { mapping } = compiled;
  const state = ImportState.load(`${base}.import-state.json`, {
    ...{
      fileSha256: staged.sha256,
      mappingSha256: hashOf(mapping),
      tenantId: tenant.id,
      source: mapping.source,
      url: baseUrl,
    },
  });
  if (state.isOtherMapping) throw otherMapping(args, mapping, tenant.slug);
  if (args.restart) state.restart();
  const started = performance.now();
  let done = 0;
  const onProgress = (events: number) => {
    done += events;
    const perSecond = Math.round((done / (performance.now() - started)) * 1000);
    const share = done / Math.max(1, plan.events);
    progress(
      `Sending: ${bar(share)} ${done.toLocaleString('en-US')} events, ${perSecond.toLocaleString('en-US')} events/s`,
    );
  };
  const api = new GuichetClient({ baseUrl, tokens, onRetry: ({ message }) => say(`Trying again: ${message}`) });
  const onRejected = (line: number, key: string, reason: RowRejected) => rejected.add(line, key, reason);
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

/** What the mapping says: its words for people do not count. */
function hashOf({ title: _title, description: _text, attribution: _whose, ...says }: Mapping): string {
  return createHash('sha256').update(JSON.stringify(says)).digest('hex');
}

const otherMapping = ({ tenant }: Arguments, { source }: Mapping, slug: string): UsageError =>
  new UsageError(
    `The tenant ${slug} holds these tickets already, imported as "${source}" by another mapping than this one. What was imported ` +
      `stays as it is, so the corrected mapping would change nothing. Import into another tenant (--tenant ${tenant ?? slug}-2), ` +
      'or, to have both in this tenant, give the mapping another source.',
  );

async function waitIfWanted({ args, terminal }: Carrying, destination: Destination, sent: Sent): Promise<void> {
  const { baseUrl, readers } = destination;
  if (args.wait === false || (args.wait === undefined && !terminal.isInteractive)) return;
  const { progress, signal, say } = terminal;
  const client = new GuichetClient({ baseUrl, tokens: readers });
  const after = `intake=${sent.intake.position}, routing=${sent.routing.position}`;
  try {
    await waitForFigures({ client, after, onProgress: progress, signal });
    say('The figures hold everything.');
  } catch (error) {
    // Sent is sent: only somebody who asked for the wait has something to be told as an error.
    if (args.wait === true || !(error instanceof ApiError) || error.status !== 403) throw error;
    say('Whether the figures hold everything cannot be asked with this token: it needs the role analyst as well.');
  }
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

interface Reported {
  readonly args: Arguments;
  readonly compiled: CompiledMapping;
  readonly staged: StagedFile;
  readonly plan: Plan;
  readonly rejected: RejectedRows;
  readonly findings: readonly Finding[];
  readonly allRejected: number;
}

function reportOf({ args, compiled, staged, plan, rejected, findings, allRejected }: Reported): ImportReport {
  const { sha256: _, columns, lists, rejected: _unreadable, ...rows } = staged;
  const {
    agents,
    sample,
    events,
    eventsByType: byType,
    firstAt,
    lastAt,
    rejected: _folded,
    sameKeyTickets: _same,
    ...seen
  } = plan;
  const [busiest] = [...agents].sort((a, b) => b.events - a.events);
  const unmapped = [...compiled.use.unmapped].map(([place, values]) => [place, Object.fromEntries(values)] as const);
  return {
    ...{ file: args.file, mapping: args.mapping, source: compiled.mapping.source, dryRun: args.dryRun, findings },
    rows: { ...rows, rejected: allRejected },
    rejections: rejected.kinds,
    ...seen,
    events: { total: events, byType, firstAt, lastAt },
    agents: agents.length,
    busiestAgent:
      busiest && busiest.events > 0 ? { agentId: busiest.agentId, name: busiest.name, events: busiest.events } : null,
    botEvents: compiled.use.botsFound,
    ...{ columns, lists, unmapped: Object.fromEntries(unmapped) },
    rejectedFile: rejected.count > 0 ? rejected.file : null,
    ...(args.dryRun && { sample }),
    seconds: 0,
  };
}
