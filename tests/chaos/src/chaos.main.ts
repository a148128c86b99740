/** `npm run chaos`: see `usage`. Started by ../chaos.mjs, with the bundles in CHAOS_BUNDLES. */
import type { ServiceName } from '@guichet/contracts';
import { writeFile } from 'node:fs/promises';
import { type Arguments, parseArguments, usage, UsageError } from './arguments.js';
import type { ChaosProduct } from './parts/chaos-product.js';
import { toMarkdown, toText } from './report/markdown.js';
import { runChaos } from './run/run.js';

const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const parsed = parseArguments(args);
  if (parsed.help) {
    console.log(usage);
    return 0;
  }
  const bundles = JSON.parse(process.env['CHAOS_BUNDLES'] ?? '{}') as Record<ServiceName, string>;
  const { report, logs } = await runChaos(parsed, { bundles, say, onStart: endWithUs });
  console.log(toText(report));
  if (parsed.json !== undefined) await writeFile(parsed.json, `${JSON.stringify(report, null, 2)}\n`);
  if (parsed.report !== undefined) {
    await writeFile(parsed.report, toMarkdown(report, commandOf(parsed)));
  }
  if (logs !== undefined) console.log(`The logs of all parts are in ${logs}`);
  return report.findings.length === 0 ? 0 : 1;
}

/** The one that gives this page again. */
function commandOf({ minutes, seed, every: [least, most], replicas, lanes, report = '' }: Arguments): string {
  const pauses = `--every ${least}-${most} --replicas ${replicas} --lanes ${lanes}`;
  return `npm run chaos -- --minutes ${minutes} --seed ${seed} ${pauses} --report ${report}`;
}

/** Ctrl-C, or somebody else's wish, ends what was started as well. */
function endWithUs(product: ChaosProduct): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      say('stopping, as asked');
      void product.stop().finally(() => process.exit(2));
    });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof UsageError ? `${error.message}\n\n${usage}` : error);
  process.exitCode = 2;
}
