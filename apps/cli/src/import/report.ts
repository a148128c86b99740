/** What an import says to people and to programs. */
import type { Plan } from './plan.js';
import type { Sent } from './sending/send.js';
import type { StagedFile } from './reading/stage-file.js';

export interface ImportReport {
  readonly file: string;
  readonly mapping: string;
  readonly source: string;
  readonly dryRun: boolean;
  readonly rows: Omit<StagedFile, 'distinct' | 'sha256'>;
  readonly tickets: number;
  readonly events: {
    readonly total: number;
    readonly byType: Plan['eventsByType'];
    readonly firstAt: string | null;
    readonly lastAt: string | null;
  };
  readonly channels: Plan['channels'];
  readonly priorities: Plan['priorities'];
  readonly departments: readonly string[];
  readonly agents: number;
  readonly distinct: StagedFile['distinct'];
  /** Place in the mapping → value it does not name → how often it was met. */
  readonly unmapped: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rejectedFile: string | null;
  readonly sample?: Plan['sample'];
  readonly tenant?: { readonly id: string; readonly slug: string };
  readonly sent?: Sent;
  readonly seconds: number;
  readonly eventsPerSecond?: number;
}

const count = (n: number): string => n.toLocaleString('en-US');

/** What the file holds and what becomes of it. */
export function describePlan(report: ImportReport): string {
  const { rows, tickets, events, channels, priorities, departments, agents, distinct, unmapped, rejectedFile } = report;
  const lines = [
    `${count(rows.read)} rows: ${count(rows.staged)} used, ${count(rows.duplicates)} exact duplicates, ${count(rows.ignored)} ignored, ${count(rows.rejected)} rejected`,
    ...(rows.undecodable > 0
      ? [`  ${count(rows.undecodable)} rows hold characters that are not of the file's encoding: set file.encoding`]
      : []),
    ...(rejectedFile ? [`  why rows were rejected: ${rejectedFile}`] : []),
    `${count(tickets)} tickets from ${events.firstAt ?? '–'} to ${events.lastAt ?? '–'}, ${count(departments.length)} departments, ${count(agents)} agents`,
    `${count(events.total)} events:`,
    ...table(events.byType),
    `Opened by channel: ${shares(channels)}`,
    `Opened by priority: ${shares(priorities)}`,
    `Departments: ${some(departments)}`,
    'Different values per column:',
    ...table(Object.fromEntries(Object.entries(distinct).map(([column, n]) => [column, n ?? 'more than 50,000']))),
  ];
  const places = Object.entries(unmapped);
  if (places.length > 0) lines.push('Values the mapping does not name:');
  for (const [place, values] of places) lines.push(`  ${place}: ${shares(values)}`);
  return lines.join('\n');
}

const shown = 20;
const some = (names: readonly string[]): string =>
  `${names.slice(0, shown).join(', ') || 'none'}${names.length > shown ? ` and ${names.length - shown} more` : ''}`;
const shares = (counts: Readonly<Record<string, number>>): string =>
  some(Object.entries(counts).map(([name, n]) => `"${name}" ${count(n)}`));

const table = (values: Readonly<Record<string, number | string>>): string[] =>
  Object.entries(values).map(
    ([name, value]) => `  ${(typeof value === 'number' ? count(value) : value).padStart(12)}  ${name}`,
  );

/** The first rows as events, one line each. */
export const describeSample = (sample: Plan['sample']): string =>
  [
    'The first rows as events:',
    ...sample.map(({ line, source, type, data: { at, ...data }, actor }) => {
      const { ticketId: _, ...shown } = data;
      const who = actor.id === undefined ? actor.kind : `${actor.kind} ${actor.id}`;
      return `  line ${line}  ${String(at)}  ${source}  ${type}  by ${who}  ${JSON.stringify(shown)}`;
    }),
  ].join('\n');

export function describeSent({ sent, tenant, seconds, eventsPerSecond, rejectedFile }: ImportReport): string {
  if (!sent) return '';
  const { intake, routing, resumedAfter } = sent;
  const rejected = intake.rejected + routing.rejected;
  return [
    `Imported into ${tenant?.slug ?? 'the tenant'}: ${count(intake.accepted + routing.accepted)} new events, ${count(intake.skipped + routing.skipped)} were there already.`,
    ...(resumedAfter > 0 ? [`Went on after ${count(resumedAfter)} tickets that an earlier run had brought in.`] : []),
    ...(rejected > 0 ? [`${count(rejected)} refusals by the services: ${rejectedFile ?? ''}`] : []),
    `Figures hold it all when asked with  Guichet-After: intake=${intake.position}, routing=${routing.position}`,
    `${seconds.toFixed(1)} s, ${count(Math.round(eventsPerSecond ?? 0))} events/s.`,
  ].join('\n');
}
