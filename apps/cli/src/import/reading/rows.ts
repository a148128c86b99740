/** Records of the file → rows with the values the mapping reads. */
import { jsonSteps, textOf, walk, type Cell, type Cells } from '../mapping/columns.js';
import type { CompiledMapping } from '../mapping/compile.js';
import { MappingError } from '../mapping/mistakes.js';
import { type CsvRecord, readCsv } from './csv.js';
import { type JsonText, readArray, readLines } from './json.js';

/** A row as it was read, or why it could not be. */
export interface ReadRow {
  readonly line: number;
  readonly list: string;
  readonly cells: Cells;
  /** Everything the file says in this row: equal rows are duplicates. */
  readonly whole: string;
  readonly broken?: string;
}

/** Rows in the file's order, in batches as they come. */
export async function* readRows(
  compiled: CompiledMapping,
  format: 'csv' | 'jsonl' | 'json',
  chunks: AsyncIterable<string>,
): AsyncGenerator<ReadRow[]> {
  if (format === 'csv') yield* csvRows(compiled, chunks);
  else yield* jsonRows(compiled, format === 'json' ? readArray(chunks) : readLines(chunks));
}

async function* csvRows(compiled: CompiledMapping, chunks: AsyncIterable<string>): AsyncGenerator<ReadRow[]> {
  const { file = {} } = compiled.mapping;
  const toCell = cellReader(compiled.missing);
  let header = Array.isArray(file.header) ? (file.header as readonly string[]) : undefined;
  let positions: readonly number[] | undefined;
  for await (const records of readCsv(chunks, file)) {
    if (records.length === 0) continue;
    if (!header && file.header !== false) header = headerOf(records.shift()!);
    header ??= (records[0]?.fields ?? []).map((_, index) => `#${index + 1}`);
    positions ??= compiled.columns.csvPositions(header, compiled.file);
    yield records.map((record) => csvRow(record, header!.length, positions!, toCell));
  }
  if (!positions) throw new MappingError(compiled.file, [{ path: 'file', message: 'the file is empty' }]);
}

function headerOf({ fields, broken, line }: CsvRecord): readonly string[] {
  if (broken) throw new Error(`line ${line}, the header: ${broken}`);
  return fields.map((name) => name.trim());
}

function csvRow(
  record: CsvRecord,
  width: number,
  positions: readonly number[],
  toCell: (raw: unknown) => Cell,
): ReadRow {
  const { line, fields, raw } = record;
  const isWrongWidth = fields.length !== width;
  const broken =
    record.broken ?? (isWrongWidth ? `has ${fields.length} fields where the header has ${width}` : undefined);
  if (broken) return { line, list: '', cells: [], whole: raw, broken };
  return { line, list: '', cells: positions.map((position) => toCell(fields[position])), whole: fields.join('\u001f') };
}

async function* jsonRows(compiled: CompiledMapping, values: AsyncGenerator<JsonText[]>): AsyncGenerator<ReadRow[]> {
  const readers = compiled.columns.jsonReaders();
  const toCell = cellReader(compiled.missing);
  const lists = (compiled.mapping.rows?.lists ?? []).map(({ path, name = path }) => ({ name, steps: jsonSteps(path) }));
  const rowOf = (line: number, list: string, item: unknown, root: unknown, whole: string): ReadRow => ({
    line,
    list,
    cells: readers.map((read) => toCell(read(item, root))),
    whole,
  });
  for await (const batch of values) {
    yield batch.flatMap(({ line, text }) => {
      const { root, broken } = parse(text);
      if (broken) return [{ line, list: '', cells: [], whole: text, broken }];
      if (lists.length === 0) return [rowOf(line, '', root, root, text)];
      const rows = lists.flatMap(({ name, steps }) =>
        elements(walk(root, steps)).map((item) => rowOf(line, name, item, root, `${name} ${JSON.stringify(item)}`)),
      );
      // A ticket nothing happened on yet is a ticket all the same.
      return rows.length > 0 ? rows : [rowOf(line, '', undefined, root, text)];
    });
  }
}

const elements = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : value === undefined || value === null ? [] : [value];

/** The object a line holds, or why there is none. */
function parse(text: string): { readonly root: unknown; readonly broken?: string } {
  try {
    const root: unknown = JSON.parse(text);
    return typeof root === 'object' && root !== null ? { root } : { root, broken: 'is no JSON object' };
  } catch (error) {
    return { root: undefined, broken: `is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

const nul = /\0/g;

/** Text without its outer blanks, NUL and half characters, which no database stores; null for a marker of missing values. */
function cellReader(missing: ReadonlySet<string>): (raw: unknown) => Cell {
  const text = (raw: unknown): string | null => {
    const found = textOf(raw);
    if (found === undefined) return null;
    const trimmed = (found.includes('\0') ? found.replace(nul, '') : found).trim().toWellFormed();
    return missing.has(trimmed) ? null : trimmed;
  };
  return (raw) => {
    if (!Array.isArray(raw)) return text(raw);
    const texts = raw.map(text).filter((one) => one !== null);
    return texts.length > 0 ? texts : null;
  };
}
