/** What a run has shown, as data, as a table and as a page. Pure. */
import type { Checked } from '../check/final-check.js';
import type { Finding, FindingKind, Publisher, Sent } from '../history.js';
import type { Recovery } from '../run/recovery.js';

export interface RunOptions {
  readonly seed: number;
  readonly minutes: number;
  readonly replicas: number;
  readonly lanes: number;
}

export interface RunResult {
  readonly options: RunOptions;
  readonly machine: { readonly cores: number; readonly memoryGiB: number };
  readonly sent: readonly Sent[];
  readonly tickets: number;
  readonly repeats: number;
  readonly longestWaitMs: number;
  readonly hiccups: ReadonlyMap<string, number>;
  readonly recoveries: readonly Recovery[];
  /** Starts of services that found nothing to stand on. */
  readonly failedStarts: number;
  readonly checked: Checked;
  readonly findings: readonly Finding[];
}

export interface PartFigures {
  readonly part: string;
  readonly kills: number;
  readonly answersMs: Spread;
  readonly flowsMs: Spread;
}
export interface Spread {
  readonly p50: number | null;
  readonly max: number | null;
}

export interface Report {
  readonly seed: number;
  readonly minutes: number;
  readonly replicas: number;
  readonly lanes: number;
  readonly machine: RunResult['machine'];
  readonly kills: number;
  readonly acknowledged: Readonly<Record<Publisher, number>>;
  readonly refused: number;
  /** Commands whose outcome was not known at the first attempt. */
  readonly uncertain: number;
  readonly repeats: number;
  readonly tickets: number;
  readonly events: Checked['events'];
  readonly lost: number;
  readonly doubled: number;
  readonly differences: number;
  readonly unclean: number;
  readonly otherFindings: number;
  readonly parts: readonly PartFigures[];
  readonly longestWaitMs: number;
  readonly repeatedRecords: number;
  readonly failedStarts: number;
  readonly tables: number;
  readonly figures: number;
  readonly hiccups: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** Of a finding that a row of its own counts. */
const counted: Readonly<Record<'lost' | 'doubled' | 'differences' | 'unclean', readonly FindingKind[]>> = {
  lost: ['lost'],
  doubled: ['doubled'],
  differences: ['difference', 'wrong number', 'log not dense', 'refused but stored', 'wrong answer'],
  unclean: ['unclean error'],
};

export function reportOf(run: RunResult): Report {
  const { options, sent, recoveries, findings, checked } = run;
  const outcomes = (is: string) => sent.filter(({ outcome }) => outcome.is === is);
  const acknowledged = outcomes('acknowledged');
  const of = (...kinds: readonly FindingKind[]) => findings.filter(({ kind }) => kinds.includes(kind)).length;
  const rows = Object.values(counted).flat();
  return {
    ...options,
    machine: run.machine,
    kills: recoveries.length,
    acknowledged: {
      intake: acknowledged.filter(({ service }) => service === 'intake').length,
      routing: acknowledged.filter(({ service }) => service === 'routing').length,
    },
    refused: outcomes('refused').length,
    uncertain: sent.filter(({ attempts }) => attempts > 1).length,
    repeats: run.repeats,
    tickets: run.tickets,
    events: checked.events,
    lost: of(...counted.lost),
    doubled: of(...counted.doubled),
    differences: of(...counted.differences),
    unclean: of(...counted.unclean),
    otherFindings: findings.filter(({ kind }) => !rows.includes(kind)).length,
    parts: partsOf(recoveries),
    longestWaitMs: Math.round(run.longestWaitMs),
    repeatedRecords: checked.repeatedRecords,
    failedStarts: run.failedStarts,
    tables: checked.tables,
    figures: checked.figures,
    hiccups: Object.fromEntries([...run.hiccups].sort(([, a], [, b]) => b - a)),
    findings,
  };
}

function partsOf(recoveries: readonly Recovery[]): PartFigures[] {
  return [...Map.groupBy(recoveries, ({ kind }) => kind)].map(([part, ofPart]) => ({
    part,
    kills: ofPart.length,
    answersMs: spreadOf(ofPart.map(({ answersMs }) => answersMs)),
    flowsMs: spreadOf(ofPart.map(({ flowsMs }) => flowsMs)),
  }));
}

/** Null where one of them never came: no figure can be given then. */
function spreadOf(values: readonly (number | undefined)[]): Spread {
  const known = values.filter((value) => value !== undefined).sort((a, b) => a - b);
  if (known.length < values.length || known.length === 0) return { p50: null, max: null };
  const at = (share: number) => Math.round(known[Math.ceil(share * known.length) - 1] ?? 0);
  return { p50: at(0.5), max: at(1) };
}
