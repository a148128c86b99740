/** A run's report as tables. Pure. */
import type { Report, Spread } from './report.js';

type Row = readonly [label: string, value: string | number];

const count = (value: number): string => value.toLocaleString('en-US');
const seconds = (ms: number | null): string => (ms === null ? 'never' : `${(ms / 1000).toFixed(1)} s`);
const spread = ({ p50, max }: Spread): string => `${seconds(p50)} / ${seconds(max)}`;

/** Label and value of everything the run has counted. */
export function summaryRows(report: Report): Row[] {
  const { acknowledged, events } = report;
  return [
    ['seed', report.seed],
    ['kills', report.kills],
    ['commands acknowledged', count(acknowledged.intake + acknowledged.routing)],
    ['… of intake, of routing', `${count(acknowledged.intake)}, ${count(acknowledged.routing)}`],
    ['commands refused, as they had to be', count(report.refused)],
    ['commands whose outcome was unknown at first, and became known', count(report.uncertain)],
    ['acknowledged commands sent once more', count(report.repeats)],
    ['tickets', count(report.tickets)],
    ['events in the logs of intake, of routing', `${count(events.intake)}, ${count(events.routing)}`],
    ['records sent to a topic twice, and dropped by every follower', count(report.repeatedRecords)],
    ['tables compared with a fold from zero', report.tables],
    ['figures compared with the simulation’s own count', report.figures],
    ['starts that found no database, and were repeated', report.failedStarts],
    ['longest wait until another service had seen something', seconds(report.longestWaitMs)],
    ['**lost**', report.lost],
    ['**doubled**', report.doubled],
    ['**differences**', report.differences],
    ['**unclean errors**', report.unclean],
    ['**other findings**', report.otherFindings],
  ];
}

export function partRows(report: Report): (readonly string[])[] {
  return [...report.parts]
    .sort((a, b) => a.part.localeCompare(b.part))
    .map(({ part, kills, answersMs, flowsMs }) => [part, String(kills), spread(answersMs), spread(flowsMs)]);
}

export const partHeads = ['part', 'kills', 'answers again, p50 / max', 'flows again, p50 / max'] as const;

/** The page in docs/. `command` is how to get it. */
export function toMarkdown(report: Report, command: string): string {
  const { machine, replicas, lanes, minutes, findings } = report;
  const table = (heads: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
    [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `# The whole product under kill -9

This page is written by \`${command}\`. Tools and promises: [promises.md](../promises.md).

Every service as processes of its own (${replicas} of each) over Apache Kafka and one PostgreSQL server, on a machine with
${machine.cores} cores and ${machine.memoryGiB} GiB. For ${minutes} minutes, ${lanes} tickets at a time were worked on over HTTP, while parts were killed at
random with \`kill -9\` and started again up to two seconds later, whether or not the last one was back. Afterwards the logs, the
topics, the received logs, the projections, the figures and what people had been told were compared.

${table(['what', 'how many'], summaryRows(report))}

*Answers again*: from the kill until a command or query has gone through the part itself. *Flows again*: from the kill until a ticket opened
after it was queued by routing and counted by analytics; with other parts being killed meanwhile.

${table(partHeads, partRows(report))}

What stood in people's way, and passed: ${hiccups(report)}.
${findings.length === 0 ? '' : `\n## Findings\n\n${findings.map(({ kind, text }) => `- **${kind}**: ${text}`).join('\n')}\n`}`;
}

const hiccups = ({ hiccups: all }: Report): string =>
  Object.entries(all)
    .map(([what, times]) => `${what} ${count(times)}×`)
    .join(', ') || 'nothing';

/** For a terminal. */
export function toText(report: Report): string {
  const plain = summaryRows(report).map(([label, value]) => [label.replaceAll('**', ''), String(value)] as const);
  const width = Math.max(...plain.map(([label]) => label.length));
  const summary = plain.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
  const widths = [12, 7, 26, 26];
  const parts = [partHeads, ...partRows(report)].map((row) =>
    row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(''),
  );
  const findings = report.findings.slice(0, 20).map(({ kind, text }) => `! ${kind}: ${text}`);
  const more = report.findings.length - findings.length;
  return [
    ...summary,
    '',
    ...parts,
    '',
    `hiccups: ${hiccups(report)}`,
    ...findings,
    ...(more > 0 ? [`! and ${more} more`] : []),
  ].join('\n');
}
