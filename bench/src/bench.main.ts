/** `npm run bench`: see `usage`. Started by ../bench.mjs, with the bundles in BENCH_BUNDLES. */
import { writeFile } from 'node:fs/promises';
import { chosen, parseArguments, usage, UsageError } from './arguments.js';
import { BenchRun } from './context.js';
import { lines } from './lines/index.js';
import { describeMachine } from './machine.js';
import { writePage } from './report/page.js';
import { isMet, type MeasuredLine } from './report/results.js';
import { toText } from './report/text.js';

const say = (text: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);

async function main(): Promise<void> {
  const { help, list, quick, json, report, lines: asked } = parseArguments(process.argv.slice(2));
  if (help) return console.log(usage);
  const wanted = chosen(lines, asked);
  if (list) return console.log(wanted.map(({ id, title, seconds }) => `${id}  ${title}  (${seconds} s)`).join('\n'));
  const bundles = JSON.parse(process.env['BENCH_BUNDLES'] ?? '{}') as Record<string, string>;
  const run = new BenchRun({ bundles, isQuick: quick, say });
  const measured: MeasuredLine[] = [];
  try {
    const machine = await describeMachine((await run.server()).adminUrl);
    for (const line of wanted) {
      say(`${line.id}: ${line.title}, about ${line.seconds} s …`);
      try {
        const result = await line.run(run.context());
        measured.push({ id: line.id, title: line.title, machine, ...result });
      } finally {
        await run.endLine();
      }
      // Line by line: whoever stops a long run keeps what it has measured.
      console.log(toText(measured.slice(-1)));
      if (json !== undefined) await writeFile(json, `${JSON.stringify(measured, undefined, 2)}\n`);
      if (report !== undefined) await writePage(report, measured.slice(-1), lines);
    }
  } finally {
    await run.end();
  }
  const missed = measured.flatMap(({ figures }) => figures).filter((one) => isMet(one) === false).length;
  say(`${measured.length} lines measured, ${missed} goals missed`);
}

try {
  await main();
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
  process.exitCode = 2;
}
