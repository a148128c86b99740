/** Records of the file → rows with the values the mapping reads. */
import { jsonSteps, textOf, walk, type Cell, type Cells } from '../mapping/columns.js';
import type { CompiledMapping } from '../mapping/compile.js';
import { MappingError, UnreadableFile } from '../mapping/mistakes.js';
import type { ColumnUse } from './column-use.js';
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

/** What a file holds besides its rows. */
export interface ListCount {
  /** Tickets that have the list, even an empty one. */
  readonly tickets: number;
  readonly elements: number;
}
export interface Reading {
  readonly use: ColumnUse;
  /** Path of a nested list → how often it was met. */
  readonly lists: Map<string, ListCount>;
}

/** Rows in the file's order, in batches as they come. */
export async function* readRows(
  compiled: CompiledMapping,
  format: 'csv' | 'jsonl' | 'json',
  chunks: AsyncIterable<string>,
  reading: Reading,
): AsyncGenerator<ReadRow[]> {
  if (format === 'csv') yield* csvRows(compiled, chunks, reading);
  else {
    const { path } = compiled.mapping.file ?? {};
    yield* jsonRows(compiled, format === 'json' ? readArray(chunks, path) : readLines(chunks), reading);
  }
}

async function* csvRows(
  compiled: CompiledMapping,
  chunks: AsyncIterable<string>,
  { use }: Reading,
): AsyncGenerator<ReadRow[]> {
  const { file = {} } = compiled.mapping;
  const toCell = cellReader(compiled.missing);
  let header = Array.isArray(file.header) ? (file.header as readonly string[]) : undefined;
  let positions: readonly number[] | undefined;
  for await (const records of readCsv(chunks, file)) {
    if (records.length === 0) continue;
    if (!header && file.header !== false) header = headerOf(records.shift()!);
    header ??= (records[0]?.fields ?? []).map((_, index) => `#${index + 1}`);
    positions ??= compiled.columns.csvPositions(header, compiled.file);
    yield records.flatMap((record) => csvRow(record, header!.length, positions!, toCell, use) ?? []);
  }
  if (!positions) throw new MappingError(compiled.file, [{ path: 'file', message: 'the file is empty' }]);
}

function headerOf({ fields, broken, line }: CsvRecord): readonly string[] {
  if (broken) throw new UnreadableFile(`line ${line}, the header: ${broken}`);
  return fields.map((name) => name.trim());
}

/** Undefined for a row of empty fields, as spreadsheets write them below a table. */
function csvRow(
  record: CsvRecord,
  width: number,
  positions: readonly number[],
  toCell: (raw: unknown) => Cell,
  use: ColumnUse,
): ReadRow | undefined {
  const { line, fields, raw } = record;
  const isBlank = fields.length > 1 && fields.every((field) => field.trim() === '');
  if (isBlank) return undefined;
  // More delimiters at the end of the line than names in the header: nothing stands between them.
  const isWrongWidth = fields.length < width || fields.slice(width).some((field) => field.trim() !== '');
  const broken =
    record.broken ?? (isWrongWidth ? `has ${fields.length} fields where the header has ${width}` : undefined);
  if (broken) return { line, list: '', cells: [], whole: raw, broken };
  const cells = positions.map((position, slot) => {
    const cell = toCell(fields[position]);
    use.see(slot, fields[position], cell);
    return cell;
  });
  return { line, list: '', cells, whole: fields.slice(0, width).join('\u001f') };
}

async function* jsonRows(
  compiled: CompiledMapping,
  values: AsyncGenerator<JsonText[]>,
  { use, lists: listCounts }: Reading,
): AsyncGenerator<ReadRow[]> {
  const readers = compiled.columns.jsonReaders();
  const toCell = cellReader(compiled.missing);
  const lists = (compiled.mapping.rows?.lists ?? []).map(({ path, name = path }) => ({
    ...{ path, name, steps: jsonSteps(path) },
  }));
  const rowOf = (line: number, list: string, item: unknown, root: unknown, whole: string): ReadRow => {
    use.look(item, root);
    const cells = readers.map((read, slot) => {
      const raw = read(item, root);
      const cell = toCell(raw);
      use.see(slot, raw, cell);
      return cell;
    });
    return { line, list, cells, whole };
  };
  const elementsOf = (path: string, found: unknown): readonly unknown[] => {
    const all = elements(found);
    const { tickets, elements: before } = listCounts.get(path) ?? { tickets: 0, elements: 0 };
    listCounts.set(path, { tickets: tickets + (found === undefined ? 0 : 1), elements: before + all.length });
    return all;
  };
  for await (const batch of values) {
    yield batch.flatMap(({ line, text }) => {
      const { root, broken } = parse(text);
      if (broken) return [{ line, list: '', cells: [], whole: text, broken }];
      if (lists.length === 0) return [rowOf(line, '', root, root, text)];
      const rows = lists.flatMap(({ path, name, steps }) =>
        elementsOf(path, walk(root, steps)).map((item) =>
          rowOf(line, name, item, root, `${name} ${JSON.stringify(item)}`),
        ),
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
    const root = parseExactly(text);
    if (Array.isArray(root))
      return { root, broken: 'is an array: for one array that is the whole file say file.format: json' };
    return typeof root === 'object' && root !== null ? { root } : { root, broken: 'is no JSON object' };
  } catch (error) {
    return { root: undefined, broken: `is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}

/** Ids of many digits are numbers that JavaScript cannot tell apart: they stay the text they are. */
function parseExactly(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text) as unknown;
  const exactly = (_: string, value: unknown, { source }: { source?: string }) =>
    typeof value === 'number' && source !== undefined && /^-?\d+$/.test(source) && !Number.isSafeInteger(value)
      ? source
      : value;
  return JSON.parse(text, exactly as (this: unknown, key: string, value: unknown) => unknown) as unknown;
}

const nul = /\0/g;

/**
 * Text without its outer blanks, NUL and half characters, which no database stores; null for a marker of missing
 * values.
 */
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
