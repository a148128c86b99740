import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchContext } from '../line.js';

export interface Demand {
  readonly writers: number;
  readonly seconds: number;
  /** Another block has other streams. */
  readonly block: number;
}

/** A process of its own that appends to a log. */
export interface WriterProcess {
  /** Appends a second. */
  append(demand: Demand): Promise<number>;
}

/** Ends with the line. */
export async function startWriterProcess(context: BenchContext, url: string): Promise<WriterProcess> {
  const typescript = new URL('../../../tools/workspace/typescript.mjs', import.meta.url).href;
  const script = fileURLToPath(new URL('writer.main.ts', import.meta.url));
  const child = fork(script, [url], { execArgv: ['--import', typescript] });
  context.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.disconnect();
    await ended;
  });
  await answerOf(child);
  return {
    append: async (demand) => {
      child.send(demand);
      const { perSecond, error } = (await answerOf(child)) as { perSecond: number; error?: string };
      if (error !== undefined) throw new Error(`A writer process failed: ${error}`);
      return perSecond;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('A writer process has ended.');
  });
  ended.catch(() => undefined); // nobody waits for it once the answer is there
  const [answer] = (await Promise.race([once(child, 'message'), ended])) as unknown[];
  return answer;
}
