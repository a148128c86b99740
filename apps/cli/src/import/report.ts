/** What an import says to people and to programs. */
import type { CensusResult } from './census.js';
import type { Finding } from './findings.js';
import type { Plan } from './plan.js';
import type { RejectionKind } from './reading/rejected.js';
import type { StagedFile } from './reading/stage-file.js';
import type { Sent } from './sending/send.js';

export interface ImportReport extends Omit<CensusResult, 'events' | 'eventsByType' | 'firstAt' | 'lastAt' | 'agents'> {
  readonly file: string;
  readonly mapping: string;
  readonly source: string;
  readonly dryRun: boolean;
  readonly findings: readonly Finding[];
  readonly rows: Omit<StagedFile, 'columns' | 'lists' | 'sha256'>;
  /** Why rows were rejected, most frequent first. */
  readonly rejections: readonly RejectionKind[];
  readonly tickets: number;
  readonly events: {
    readonly total: number;
    readonly byType: Plan['eventsByType'];
    readonly firstAt: string | null;
    readonly lastAt: string | null;
  };
  readonly agents: number;
  readonly busiestAgent: { readonly agentId: string; readonly name: string; readonly events: number } | null;
  /** Events of people that `bots` calls machines: they count for no agent. */
  readonly botEvents: number;
  readonly columns: StagedFile['columns'];
  readonly lists: StagedFile['lists'];
  /** Place in the mapping → value it does not name → how often it was met. */
  readonly unmapped: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly rejectedFile: string | null;
  readonly sample?: Plan['sample'];
  readonly tenant?: { readonly id: string; readonly slug: string; readonly timeZone?: string };
  readonly sent?: Sent;
  readonly seconds: number;
  readonly eventsPerSecond?: number;
}

const count = (n: number): string => n.toLocaleString('en-US');
const day = (at: string | null): string => at?.slice(0, 10) ?? '–';

/** What the file holds and what becomes of it: first what is wrong, then what a person checks at a glance. */
export function describePlan(report: ImportReport): string {
  const { channels, priorities, departments, columns, unmapped } = report;
  const lines = [
    ...describeFindings(report.findings),
    ...rows(report),
    ...describeRejections(report.rejections, report.rejectedFile),
    ...glance(report),
    `${count(report.events.total)} events:`,
    ...table(report.events.byType),
    `Opened by channel: ${shares(channels)}`,
    `Opened by priority: ${shares(priorities)}`,
    `Departments: ${some(departments)}`,
    'Columns (rows with a value, different values):',
    ...Object.entries(columns).map(
      ([name, { known, different }]) =>
        `  ${count(known).padStart(12)}  ${(different === null ? '> 50,000' : count(different)).padStart(9)}  ${name}`,
    ),
  ];
  const places = Object.entries(unmapped);
  if (places.length > 0) lines.push('Values the mapping does not name:');
  for (const [place, values] of places) lines.push(`  ${place}${becomes(place)}: ${shares(values)}`);
  return lines.join('\n');
}

const becomes = (place: string): string => (place === 'state.values' ? ' (see state.unnamed)' : '');

function describeFindings(findings: readonly Finding[]): string[] {
  const told = (level: Finding['level'], title: string) => {
    const some = findings.filter((finding) => finding.level === level);
    return some.length === 0 ? [] : [title, ...some.map(({ place, says }) => `  ${place}: ${says}.`), ''];
  };
  return [...told('error', 'Must be mended:'), ...told('warning', 'Worth a look:')];
}

function rows({ rows: { read, staged, duplicates, ignored, rejected } }: ImportReport): string[] {
  return [
    `${count(read)} rows: ${count(staged)} used, ${count(duplicates)} exact duplicates, ${count(ignored)} ignored, ${count(rejected)} rejected`,
  ];
}

const kindsShown = 10;

function describeRejections(kinds: readonly RejectionKind[], file: string | null): string[] {
  if (kinds.length === 0) return [];
  const shown = kinds
    .slice(0, kindsShown)
    .flatMap(({ reason, rows: n, hint, example }) => [
      `  ${count(n).padStart(12)}  ${reason}`,
      `                such as line ${example.line}: ${example.reason}${hint === undefined ? '' : ` (${hint})`}`,
    ]);
  const more = kinds.length > kindsShown ? [`  and ${kinds.length - kindsShown} more reasons`] : [];
  return ['Rejected rows by reason:', ...shown, ...more, ...(file ? [`  every one: ${file}`] : [])];
}

function glance(report: ImportReport): string[] {
  const { tickets, events, departments, agents, finalStates, reopenings, reopenedTickets, busiestAgent } = report;
  const { open = 0, paused = 0 } = finalStates;
  return [
    `${count(tickets)} tickets from ${day(events.firstAt)} to ${day(events.lastAt)}, ${count(departments.length)} departments, ${count(agents)} agents`,
    `At the end: ${shares(finalStates)}; still open: ${count(open + paused)}`,
    `Reopenings: ${count(reopenings)} in ${count(reopenedTickets)} tickets`,
    `Busiest agent: ${busiestAgent ? `${busiestAgent.name} (${count(busiestAgent.events)} events)` : 'nobody is known'}`,
    `Events by: ${shares(report.eventsByActor)} (import: nobody known; bot: counts for no agent)`,
    ...(report.withoutRequester > 0 ? [`Tickets without a known requester: ${count(report.withoutRequester)}`] : []),
  ];
}

const shown = 20;
const some = (names: readonly string[]): string =>
  `${names.slice(0, shown).join(', ') || 'none'}${names.length > shown ? ` and ${names.length - shown} more` : ''}`;
const shares = (counts: Readonly<Record<string, number>>): string =>
  some(Object.entries(counts).map(([name, n]) => `"${name}" ${count(n)}`));

const table = (values: Readonly<Record<string, number>>): string[] =>
  Object.entries(values).map(([name, value]) => `  ${count(value).padStart(12)}  ${name}`);

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
  const skipped = intake.skipped + routing.skipped;
  return [
    ...(tenant?.timeZone === undefined
      ? []
      : [
          `The tenant ${tenant.slug} was created with the time zone ${tenant.timeZone}: days of its figures begin by that clock.`,
        ]),
    `Imported into ${tenant?.slug ?? 'the tenant'}: ${count(intake.accepted + routing.accepted)} new events, ${count(skipped)} were there already.`,
    ...(skipped > 0 ? ['What was there already stays as it is, whatever the mapping says now.'] : []),
    ...(resumedAfter > 0 ? [`Went on after ${count(resumedAfter)} tickets that an earlier run had brought in.`] : []),
    ...(rejected > 0 ? [`${count(rejected)} refusals by the services: ${rejectedFile ?? ''}`] : []),
    `Figures hold it all when asked with  Guichet-After: intake=${intake.position}, routing=${routing.position}`,
    `${seconds.toFixed(1)} s, ${count(Math.round(eventsPerSecond ?? 0))} events/s.`,
  ].join('\n');
}
