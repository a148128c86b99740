import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Told } from './history.js';

export interface WriterOptions {
  readonly url: string;
  /** The file it notes in what it asks for and what it is told. */
  readonly journal: string;
  readonly streams: readonly string[];
  readonly tenantId: string;
}

type Asked = Omit<Told, 'answer'>;

/** A line of a journal; `of` is the id of the first event asked for. */
export type JournalLine =
  | { readonly asked: Asked }
  | { readonly of: string; readonly answer: Told['answer'] }
  | { readonly of: string; readonly trouble: string };

export interface WriterProcess {
  /** kill -9. */
  kill(): Promise<void>;
}

const root = join(import.meta.dirname, '..', '..', '..', '..');

/** Starts a process that writes until it is killed; what it reports on stderr is this process's. */
export function startWriter(options: WriterOptions): WriterProcess {
  const typescript = join(root, 'tools', 'workspace', 'typescript.mjs');
  const script = join(import.meta.dirname, 'writer.main.ts');
  const child = spawn(process.execPath, ['--import', typescript, script, JSON.stringify(options)], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit');
  return {
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** What the writers of these journals were told; 'unknown' where a writer was killed before it heard. */
export async function readJournals(journals: readonly string[]): Promise<Told[]> {
  const texts = await Promise.all(journals.map((journal) => readFile(journal, 'utf8').catch(() => '')));
  const asked = new Map<string, Told>();
  for (const line of texts.flatMap((text) => text.split('\n').slice(0, -1))) {
    const entry = JSON.parse(line) as JournalLine;
    if ('asked' in entry) asked.set(entry.asked.eventIds[0] ?? '', { ...entry.asked, answer: 'unknown' });
    else if ('answer' in entry) asked.set(entry.of, { ...(asked.get(entry.of) as Told), answer: entry.answer });
  }
  return [...asked.values()];
}
