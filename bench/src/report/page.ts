/** docs/generated/benchmarks.md, its data, and its plots. */
import { readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { growthSentence } from './growth.js';
import { plot } from './plot.js';
import { goalText, type MeasuredLine, spreadText, verdict, withUnit } from './results.js';

/** Adds what was measured to the page; what was measured before stays, with its own day and machine. */
export async function writePage(
  file: string,
  measured: readonly MeasuredLine[],
  order: readonly { readonly id: string }[],
): Promise<void> {
  const data = file.replace(/\.md$/, '.json');
  const known = new Map((await readLines(data)).map((line) => [line.id, line]));
  for (const line of measured) known.set(line.id, line);
  const lines = order.flatMap(({ id }) => known.get(id) ?? []);
  await writeFile(data, `${JSON.stringify(lines, undefined, 2)}\n`);
  for (const { id, growth = [] } of lines) {
    if (growth.length > 0) await writeFile(file.replace(/\.md$/, `-${id}.svg`), plot(growth));
  }
  await writeFile(file, toMarkdown(lines, basename(file, '.md')));
}

async function readLines(file: string): Promise<MeasuredLine[]> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as MeasuredLine[];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

export function toMarkdown(lines: readonly MeasuredLine[], name: string): string {
  const head = ['| measure | median | spread | goal | |', '| --- | ---: | --- | --- | --- |'];
  const rows = lines.flatMap(({ figures }) =>
    figures.map(
      (one) =>
        `| ${one.name} | ${withUnit(one.median, one.unit)} | ${spreadText(one)} | ${goalText(one)} | ${verdict(one)} |`,
    ),
  );
  return `${[
    '# Benchmarks',
    '',
    'Written by `npm run bench -- --report docs/generated/benchmarks.md`; do not edit. What stands behind the figures, where goals were missed and what',
    'was tried, is in [performance.md](../performance.md); what it means for larger installations in [scale.md](../scale.md).',
    '',
    'Ratios are of one run: what is compared ran in turns, round by round, and each round gives one ratio. A median without rounds is one long',
    'run. Absolute figures are of the machine below and of no other.',
    '',
    ...head,
    ...rows,
    '',
    ...lines.flatMap((line) => section(line, name)),
    ...machines(lines),
  ].join('\n')}\n`;
}

function section({ id, title, notes = [], growth = [] }: MeasuredLine, name: string): string[] {
  if (notes.length === 0 && growth.length === 0) return [];
  const plots =
    growth.length > 0 ? [`![${title}](${name}-${id}.svg)`, '', ...growth.map((one) => `- ${growthSentence(one)}`)] : [];
  return [`## ${title}`, '', `\`npm run bench -- ${id}\``, '', ...notes.map((note) => `- ${note}`), ...plots, ''];
}

/** Lines that were measured on the same day, commit and machine share an entry. */
function machines(lines: readonly MeasuredLine[]): string[] {
  const entries = new Map<string, string[]>();
  for (const { id, machine } of lines) {
    const { cpu, cores, memoryGiB, system, node, postgres, settings, commit, day } = machine;
    const shown = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    const text =
      `${day}, commit ${commit}: ${cores} × ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node}, PostgreSQL ${postgres} ` +
      `(${shown.join(', ')})`;
    entries.set(text, [...(entries.get(text) ?? []), id]);
  }
  return ['## The machine', '', ...[...entries].map(([text, ids]) => `- ${text}: ${ids.join(', ')}`)];
}
