/** Reads a file into the staging database; counts what it meets. */
import type { CompiledMapping } from '../mapping/compile.js';
import { RowRejected } from '../mapping/mistakes.js';
import { flat } from '../mapping/values.js';
import type { RejectedRows } from './rejected.js';
import { type ReadRow, readRows } from './rows.js';
import type { StagedRow, Staging } from './staging.js';
import { openText } from './text.js';

export interface StagedFile {
  readonly sha256: string;
  readonly read: number;
  /** Rows that go on to be folded. */
  readonly staged: number;
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
  /** Rows with U+FFFD: bytes that are not of the file's encoding. */
  readonly undecodable: number;
  /** Column → number of different values, or null beyond `maxDistinct`. */
  readonly distinct: Readonly<Record<string, number | null>>;
}

const maxDistinct = 50_000;

/** By the file's name, where the mapping says nothing. */
export function formatOf(file: string, format: 'csv' | 'jsonl' | 'json' | undefined): 'csv' | 'jsonl' | 'json' {
  if (format) return format;
  const name = file.toLowerCase().replace(/\.gz$/, '');
  if (/\.(jsonl|ndjson|jsonlines)$/.test(name)) return 'jsonl';
  return name.endsWith('.json') ? 'json' : 'csv';
}

/** `onProgress` gets the rows read so far after every piece of the file. */
export async function stageFile(
  file: string,
  compiled: CompiledMapping,
  { staging, rejected, onProgress }: { staging: Staging; rejected: RejectedRows; onProgress: (rows: number) => void },
): Promise<StagedFile> {
  const { mapping, columns } = compiled;
  const { chunks, digest } = openText(file, mapping.file?.encoding);
  const counts = { read: 0, staged: 0, duplicates: 0, ignored: 0, rejected: 0, undecodable: 0 };
  const seen = columns.names.map(() => new Set<string>());
  for await (const batch of readRows(compiled, formatOf(file, mapping.file?.format), chunks)) {
    for (const row of batch) {
      counts.read += 1;
      if (row.whole.includes('\ufffd')) counts.undecodable += 1;
      row.cells.forEach((cell, slot) => remember(seen[slot]!, flat(cell)));
      counts[stage(row, compiled, staging, rejected)] += 1;
    }
    onProgress(counts.read);
  }
  const distinct = Object.fromEntries(
    columns.names.map((name, slot) => [name, seen[slot]!.size > maxDistinct ? null : seen[slot]!.size]),
  );
  return { ...counts, sha256: digest.digest('hex'), distinct };
}

function remember(seen: Set<string>, text: string | undefined): void {
  if (text !== undefined && text.length <= 300 && seen.size <= maxDistinct) seen.add(text);
}

/** Which count the row belongs to, besides `read`. */
function stage(row: ReadRow, compiled: CompiledMapping, staging: Staging, rejected: RejectedRows) {
  const { line, list, cells, whole, broken } = row;
  let key: string | undefined;
  try {
    if (broken) throw new RowRejected(broken);
    if (compiled.isIgnored(list, cells)) return 'ignored';
    key = compiled.key(cells);
    if (key === undefined) throw new RowRejected('the row has no ticket key');
    const at = compiled.timeOf(list, cells);
    const sortValues = compiled.order.map(({ read }) => read(cells, at));
    const staged: StagedRow = { key, line, at, list, cells, sortValues, whole };
    return staging.add(staged) ? 'staged' : 'duplicates';
  } catch (error) {
    if (!(error instanceof RowRejected)) throw error;
    rejected.add(line, key ?? '', error.message);
    return 'rejected';
  }
}
