/** Turns the values of a mapping into functions over a row. */
import { type Cell, type Cells, type Columns } from './columns.js';
import { many, type OneOrMany, type Take, type Value, type ValueObject } from './language.js';
import { type Mistake, RowRejected } from './mistakes.js';
import { firstParser } from './times.js';

/** A staged row of a ticket. Times are epoch milliseconds. */
export interface Row {
  /** Line of the file the row begins at, from 1. */
  readonly line: number;
  readonly at: number | null;
  /** The nested list it comes from; '' for flat files. */
  readonly list: string;
  readonly cells: Cells;
}

/** What compiling the parts of a mapping shares. */
export interface Scope {
  readonly columns: Columns;
  readonly times: { readonly formats: readonly string[]; readonly zone: string };
  readonly mistakes: Mistake[];
  /** Values no `map` (or state) names: place in the mapping → value → how often it was met. */
  readonly unmapped: Map<string, Map<string, number>>;
}

export type Read = (cells: Cells) => string | undefined;
export type ReadMany = (cells: Cells) => readonly string[];
export type ReadTime = (cells: Cells) => number | undefined;

export const flat = (cell: Cell | undefined): string | undefined =>
  cell === null || cell === undefined ? undefined : typeof cell === 'string' ? cell : cell.join(', ');

/** Counts a value that the mapping does not name, so that the report can show it. */
export function countUnmapped(scope: Scope, path: string, value: string): void {
  const counts = scope.unmapped.get(path) ?? new Map<string, number>();
  scope.unmapped.set(path, counts);
  // A place that meets thousands of different values is no enumeration: the report needs no more of them.
  if (counts.has(value) || counts.size < 1000) counts.set(value, (counts.get(value) ?? 0) + 1);
}

export function compileValue(value: Value, path: string, scope: Scope): Read {
  const readMany = compileMany(value, path, scope);
  return (cells) => {
    const texts = readMany(cells);
    return texts.length > 1 ? texts.join(', ') : texts[0];
  };
}

/** The value as several texts: a JSON array's elements, or the parts of a `split`. */
export function compileMany(value: Value, path: string, scope: Scope): ReadMany {
  if (typeof value === 'string') return readColumn(value, path, scope);
  const source = compileSource(value, path, scope);
  const steps = [splitStep(value), extractStep(value, path, scope), mapStep(value, path, scope), caseStep(value)];
  const fallback = value.default === undefined ? [] : [String(value.default)];
  return (cells) => {
    const texts = steps.reduce<readonly string[]>(
      (current, step) => (step ? current.flatMap(step) : current),
      source(cells),
    );
    return texts.length > 0 ? texts : fallback;
  };
}

const readColumn = (column: string, path: string, { columns }: Scope): ReadMany => {
  const slot = columns.slot(column, path);
  return (cells) => {
    const cell = cells[slot];
    return cell === null || cell === undefined ? [] : typeof cell === 'string' ? [cell] : cell;
  };
};

function compileSource(value: ValueObject, path: string, scope: Scope): ReadMany {
  if (value.column !== undefined) return readColumn(value.column, `${path}.column`, scope);
  if (value.value !== undefined) {
    const constant = [String(value.value)];
    return () => constant;
  }
  if (value.template !== undefined) return compileTemplate(value.template, `${path}.template`, scope);
  const alternatives = (value.firstOf ?? []).map((one, index) => compileMany(one, `${path}.firstOf[${index}]`, scope));
  return (cells) => {
    for (const read of alternatives) {
      const texts = read(cells);
      if (texts.length > 0) return texts;
    }
    return [];
  };
}

/** A template with a missing column is missing as a whole. */
function compileTemplate(template: string, path: string, scope: Scope): ReadMany {
  const parts = template.split(/\{([^{}]+)\}/).map((part, index) => {
    if (index % 2 === 0) return () => part;
    const slot = scope.columns.slot(part, path);
    return (cells: Cells) => flat(cells[slot]);
  });
  return (cells) => {
    const texts = parts.map((part) => part(cells));
    return texts.includes(undefined) ? [] : [texts.join('')];
  };
}

type Step = (text: string) => readonly string[];

function splitStep({ split }: ValueObject): Step | undefined {
  if (split === undefined) return undefined;
  return (text) =>
    text
      .split(split)
      .map((part) => part.trim())
      .filter((part) => part !== '');
}

function extractStep({ extract }: ValueObject, path: string, scope: Scope): Step | undefined {
  if (extract === undefined) return undefined;
  const pattern = compilePattern(extract, `${path}.extract`, scope);
  return (text) => {
    const match = pattern.exec(text);
    const found = match?.[1] ?? match?.[0];
    return found ? [found] : [];
  };
}

function mapStep({ map, unmapped = 'keep' }: ValueObject, path: string, scope: Scope): Step | undefined {
  if (!map) return undefined;
  const targets = new Map(Object.entries(map).map(([from, to]) => [from, to === null ? [] : [String(to)]]));
  return (text) => {
    const target = targets.get(text);
    if (target) return target;
    countUnmapped(scope, path, text);
    if (unmapped === 'reject') throw new RowRejected(`${path}: "${text}" is not in the map`);
    return unmapped === 'keep' ? [text] : [];
  };
}

function caseStep(value: ValueObject): Step | undefined {
  switch (value.case) {
    case undefined:
      return undefined;
    case 'lower':
      return (text) => [text.toLowerCase()];
    case 'upper':
      return (text) => [text.toUpperCase()];
    case 'kebab':
      return (text) => [
        text
          .toLowerCase()
          .match(/[\p{L}\p{N}]+/gu)
          ?.join('-') ?? text,
      ];
  }
}

export function compilePattern(source: string, path: string, scope: Scope): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch (error) {
    scope.mistakes.push({ path, message: error instanceof Error ? error.message : 'is no regular expression' });
    return /(?!)/;
  }
}

/** A time. A text that is there but cannot be read as one rejects the row. */
export function compileTime(value: Value, path: string, scope: Scope): ReadTime {
  const read = compileValue(value, path, scope);
  const { format, zone } = typeof value === 'string' ? {} : value;
  const formats = format === undefined ? scope.times.formats : many(format);
  const parse = compileParser(formats, zone ?? scope.times.zone, path, scope);
  return (cells) => {
    const text = read(cells);
    if (text === undefined) return undefined;
    const instant = parse(text);
    if (instant === undefined)
      throw new RowRejected(`${path}: "${text}" is no time of the form ${formats.join(' or ')}`);
    return instant;
  };
}

function compileParser(formats: readonly string[], zone: string, path: string, scope: Scope) {
  try {
    return firstParser(formats, zone);
  } catch (error) {
    scope.mistakes.push({ path, message: error instanceof Error ? error.message : String(error) });
    return () => undefined;
  }
}

/** A value of the whole ticket, taken from one of its rows. */
export function taken<T>(value: Value, read: (cells: Cells) => T | undefined, otherwise: Take) {
  const take = typeof value === 'string' ? otherwise : (value.take ?? otherwise);
  const fromEnd = take === 'last' || take === 'last-known';
  const anyRow = take === 'first-known' || take === 'last-known';
  return (rows: readonly Row[]): T | undefined => {
    const last = rows.length - 1;
    for (let index = 0; index <= (anyRow ? last : 0); index += 1) {
      const row = rows[fromEnd ? last - index : index];
      const found = row && read(row.cells);
      if (found !== undefined) return found;
    }
    return undefined;
  };
}

/** Several values side by side, such as tags; each may bring several texts. */
export function compileList(values: OneOrMany<Value>, path: string, scope: Scope): ReadMany {
  const reads = many(values).map((value, index) =>
    compileMany(value, Array.isArray(values) ? `${path}[${index}]` : path, scope),
  );
  return (cells) => [...new Set(reads.flatMap((read) => read(cells)))];
}
