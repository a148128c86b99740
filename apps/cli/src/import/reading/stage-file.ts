/** Reads a file into the staging database; counts what it meets. */
import type { CompiledMapping } from '../mapping/compile.js';
import { RowRejected } from '../mapping/mistakes.js';
import { type ColumnCount, ColumnUse } from './column-use.js';
import type { RejectedRows } from './rejected.js';
import { type ListCount, type ReadRow, readRows } from './rows.js';
import type { StagedRow, Staging } from './staging.js';
import { openText } from './text.js';

export interface StagedFile {
  readonly sha256: string;
  readonly read: number;
  /** Rows that go on to be folded. */
  readonly staged: number;
  /** Rows that are equal to an earlier one in every column; they count unless the mapping drops them. */
  readonly duplicates: number;
  readonly ignored: number;
  readonly rejected: number;
  /** Rows with U+FFFD: bytes that are not of the file's encoding. */
  readonly undecodable: number;
  /** Rows with such text as Ã©, which UTF-8 becomes when it is read as something else. */
  readonly garbled: number;
  readonly columns: Readonly<Record<string, ColumnCount>>;
  readonly lists: Readonly<Record<string, ListCount>>;
}

/** By the file's name, where the mapping says nothing. */
export function formatOf(file: string, format: 'csv' | 'jsonl' | 'json' | undefined): 'csv' | 'jsonl' | 'json' {
  if (format) return format;
  const name = file.toLowerCase().replace(/\.gz$/, '');
  if (/\.(jsonl|ndjson|jsonlines)$/.test(name)) return 'jsonl';
  return name.endsWith('.json') ? 'json' : 'csv';
}

export interface StageOptions {
  readonly staging: Staging;
  readonly rejected: RejectedRows;
  /** Gets the rows read so far after every piece of the file. */
  readonly onProgress: (rows: number) => void;
}

/**
 * Answers the counts, and what the columns met. @throws UnreadableFile, MappingError, Error for a file that is no such
 * text
 */
export async function stageFile(
  file: string,
  compiled: CompiledMapping,
  { staging, rejected, onProgress }: StageOptions,
): Promise<{ readonly staged: StagedFile; readonly use: ColumnUse }> {
  const { mapping, columns } = compiled;
  const { chunks, digest } = openText(file, mapping.file?.encoding);
  const counts = { read: 0, staged: 0, ignored: 0, rejected: 0, undecodable: 0, garbled: 0 };
  const use = new ColumnUse(columns.names);
  const lists = new Map<string, ListCount>();
  let dropped = 0;
  for await (const batch of readRows(compiled, formatOf(file, mapping.file?.format), chunks, { use, lists })) {
    for (const row of batch) {
      counts.read += 1;
      if (row.whole.includes('\ufffd')) counts.undecodable += 1;
      else if (isGarbled(row.whole)) counts.garbled += 1;
      const outcome = stage(row, compiled, staging, rejected);
      if (outcome === 'dropped') dropped += 1;
      else counts[outcome] += 1;
    }
    onProgress(counts.read);
  }
  const duplicates = dropped + staging.duplicates;
  const staged = {
    ...counts,
    duplicates,
    sha256: digest.digest('hex'),
    columns: use.of,
    lists: Object.fromEntries(lists),
  };
  return { staged, use };
}

function brokenRow(reason: string, whole: string): RowRejected {
  if (reason.startsWith('is no JSON:')) return new RowRejected(reason, { kind: 'is no JSON' });
  if (reason.includes('quote') && whole.includes('\\"'))
    return new RowRejected(reason, { hint: String.raw`say file: { escape: '\' }` });
  return new RowRejected(reason);
}

const garbled = /Ã[\u0080-\u00bf©¨ª«§¶¼¤¡³º±´¢®»¹]|â€[™œ“”˜\u0099\u009c]/;
const isGarbled = (text: string): boolean => (text.includes('Ã') || text.includes('â€')) && garbled.test(text);

/** Which count the row belongs to, besides `read`. */
function stage(row: ReadRow, compiled: CompiledMapping, staging: Staging, rejected: RejectedRows) {
  const { line, list, cells, whole, broken } = row;
  let key: string | undefined;
  try {
    if (broken) throw brokenRow(broken, whole);
    if (compiled.isIgnored(list, cells)) return 'ignored';
    key = compiled.key(cells);
    if (key === undefined) throw new RowRejected('the row has no ticket key');
    const at = compiled.timeOf(list, cells);
    const sortValues = compiled.order.map(({ read }) => read(cells, at));
    const staged: StagedRow = { key, line, at, list, cells, sortValues, whole };
    return staging.add(staged) ? 'staged' : 'dropped';
  } catch (error) {
    if (!(error instanceof RowRejected)) throw error;
    rejected.add(line, key ?? '', error);
    return 'rejected';
  }
}
