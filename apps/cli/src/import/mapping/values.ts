/** Turns the values of a mapping into functions over a row. */
import { type Cell, type Cells, type Columns } from './columns.js';
import { many, type OneOrMany, type Take, type TimeUnit, type Value, type ValueObject } from './language.js';
import { type Mistake, RowRejected } from './mistakes.js';
import { checkZone, firstParser, formatsOf, swapped, timeParser, type TimeOptions, type TimeParser } from './times.js';
import type { MappingUse } from './use.js';

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
  readonly times: {
    readonly formats: readonly string[];
    /** Undefined where the mapping names none: then it is UTC, and said so. */
    readonly zone: string | undefined;
    readonly locale: string;
  };
  /** Names of the nested lists. */
  readonly lists: readonly string[];
  readonly mistakes: Mistake[];
  readonly use: MappingUse;
}

export type Read = (cells: Cells) => string | undefined;
export type ReadMany = (cells: Cells) => readonly string[];
export type ReadTime = (cells: Cells) => number | undefined;

export const flat = (cell: Cell | undefined): string | undefined =>
  cell === null || cell === undefined ? undefined : typeof cell === 'string' ? cell : cell.join(', ');

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
    scope.use.countUnmapped(path, text);
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

/** Nothing that a helpdesk did lies outside; what is written so stands for something else. */
const [earliest, latest] = [Date.UTC(1970, 0, 1), Date.UTC(2200, 0, 1)];

/** A time. A text that is there but cannot be read as one rejects the row. */
export function compileTime(value: Value, path: string, scope: Scope): ReadTime {
  const read = compileValue(value, path, scope);
  const { format, zone } = typeof value === 'string' ? {} : value;
  const formats = format === undefined ? scope.times.formats : many(format);
  const parse = compileParser(value, path, scope);
  const watch = watcher(formats, zone ?? scope.times.zone, path, scope);
  const kind = `${path}: no time of the form ${formats.join(' or ')}`;
  let hint: string | undefined;
  return (cells) => {
    const text = read(cells);
    if (text === undefined) return undefined;
    const at = parse(text);
    if (at === undefined) {
      hint ??= hintFor(text, formats, scope);
      throw new RowRejected(`${path}: "${text}" is no time of the form ${formats.join(' or ')}`, { kind, hint });
    }
    if (at < earliest || at >= latest) throw outside(path, text, formats);
    watch(text, at);
    return at;
  };
}

/** What people write for nothing. On one line: a word a line would hide the rest of the page. */
export const nothings: ReadonlySet<string> = new Set(['null', 'none', 'n/a', 'na', 'nan', 'nil', '-', '--', '?', '\\n', 'undefined', '(null)', '(none)', '#n/a', 'unknown', '0000-00-00', '0000-00-00 00:00:00']); // prettier-ignore

function hintFor(text: string, formats: readonly string[], { times }: Scope): string {
  if (nothings.has(text.toLowerCase())) return `if "${text}" stands for nothing, say missing: ['${text}']`;
  const would = formatsOf(text, { locale: times.locale }).filter((format) => !formats.includes(format));
  if (would.length > 0) return `"${text}" would be read by ${would.join(' or by ')}; see times.formats`;
  return 'see times.formats, and missing for what stands for nothing';
}

function outside(path: string, text: string, formats: readonly string[]): RowRejected {
  const unit = formats.includes('unix-seconds') && /^\d{12,}/.test(text) ? '; are these unix-milliseconds?' : '';
  return new RowRejected(`${path}: "${text}" lies outside the years 1970 to 2199${unit}`, {
    kind: `${path}: outside the years 1970 to 2199`,
    hint: unit === '' ? `if "${text}" stands for nothing, say missing: ['${text}']` : 'format: unix-milliseconds',
  });
}

/** Mistakes are told where the format or the zone is written. */
function compileParser(value: Value, path: string, scope: Scope): TimeParser {
  const { format, zone } = typeof value === 'string' ? {} : value;
  const { times, mistakes } = scope;
  if (format !== undefined) checkFormats(format, `${path}.format`, scope);
  if (zone !== undefined) check(() => checkZone(zone), `${path}.zone`, mistakes);
  try {
    const formats = format === undefined ? times.formats : many(format);
    return firstParser(formats, zone ?? times.zone ?? 'UTC', { locale: times.locale });
  } catch {
    // Told above, or where times says it.
    return () => undefined;
  }
}

export function checkFormats(formats: OneOrMany<string>, path: string, { mistakes, times }: Scope): void {
  many(formats).forEach((format, index) => {
    const place = typeof formats === 'string' ? path : `${path}[${index}]`;
    check(() => timeParser(format, 'UTC', { locale: times.locale }), place, mistakes);
    const other = swapped(format);
    if (other !== undefined && many(formats).indexOf(other) > index)
      mistakes.push({
        path,
        message: `${format} and ${other} read the same texts as different days: one file has one of them`,
      });
  });
}

export function check(attempt: () => unknown, path: string, mistakes: Mistake[]): void {
  try {
    attempt();
  } catch (error) {
    mistakes.push({ path, message: (error as Error).message });
  }
}

/** Zones to compare with: of this machine, or one that is not UTC. */
const machineZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
export const otherZone = ['UTC', 'Etc/UTC', undefined].includes(machineZone) ? 'Europe/Paris' : machineZone;

/** Texts that are read twice to see whether they carry an offset: the rest of a file is written like its beginning. */
const maxLooks = 1_000;

/** Looks whether texts leave the zone open, or day and month. */
function watcher(formats: readonly string[], zone: string | undefined, path: string, { use, times }: Scope) {
  const options: TimeOptions = { locale: times.locale };
  const quietly = (names: readonly string[], in_: string): TimeParser => {
    try {
      return firstParser(names, in_, options);
    } catch {
      return () => undefined; // a mistake, told elsewhere
    }
  };
  const elsewhere = zone === undefined ? quietly(formats, otherZone) : undefined;
  const written = formats.join(' or ');
  const exchanged = formats.map((format) => swapped(format) ?? format);
  const other = exchanged.some((format, i) => format !== formats[i]) ? quietly(exchanged, zone ?? 'UTC') : undefined;
  let looks = 0;
  return (text: string, at: number): void => {
    if (elsewhere && use.localTime === undefined && looks < maxLooks) {
      looks += 1;
      const otherwise = elsewhere(text);
      if (otherwise !== undefined && otherwise !== at) use.localTime = { place: path, text, at, otherwise };
    }
    if (!other || use.dayAndMonth.get(written) === false) return;
    const otherwise = other(text);
    if (otherwise === undefined) use.dayAndMonth.set(written, false);
    else if (otherwise !== at && !use.dayAndMonth.has(written))
      use.dayAndMonth.set(written, { place: path, swapped: exchanged.join(' or '), text, at, otherwise });
  };
}

const secondsIn: Readonly<Record<Exclude<TimeUnit, 'clock'>, number>> = {
  seconds: 1,
  minutes: 60,
  hours: 3_600,
  days: 86_400,
};

/** A time spent, in whole seconds. A text that is there but is no number rejects the row. */
export function compileSeconds(value: Value, path: string, scope: Scope): (cells: Cells) => number | undefined {
  const read = compileValue(value, path, scope);
  const { unit = 'seconds', decimal = '.' } = typeof value === 'string' ? {} : value;
  return (cells) => {
    const text = read(cells);
    if (text === undefined) return undefined;
    const seconds = unit === 'clock' ? clockSeconds(text) : numberIn(text, decimal) * secondsIn[unit];
    if (seconds >= 0 && Number.isFinite(seconds)) return Math.round(seconds);
    const hint = /^\d+:\d\d(:\d\d)?$/.test(text)
      ? 'for hours and minutes say unit: clock'
      : /^[\d.]+,\d+$/.test(text)
        ? "for a decimal comma say decimal: ','"
        : undefined;
    throw new RowRejected(`${path}: "${text}" is no number of ${unit === 'clock' ? 'hours and minutes' : unit}`, {
      hint,
    });
  };
}

const clockSeconds = (text: string): number => {
  const [, hours, minutes, seconds = 0] = /^(\d{1,5}):(\d{2})(?::(\d{2}))?$/.exec(text) ?? [];
  return hours === undefined ? Number.NaN : Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
};

/** NaN for what is no number. The sign that is not the decimal one may stand between thousands. */
export function numberIn(text: string, decimal: '.' | ','): number {
  const thousands =
    decimal === ',' ? /(?<=\d)[.\u00a0\u202f ](?=\d{3}(?:\D|$))/g : /(?<=\d)[,\u00a0\u202f ](?=\d{3}(?:\D|$))/g;
  const plain = text.replaceAll(thousands, '').replace(decimal, '.');
  return /^[+-]?\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
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
