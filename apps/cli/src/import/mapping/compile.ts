/** A mapping, ready to run. */
import { compileFold, type Fold } from '../folding/fold.js';
import type { Cells } from './columns.js';
import { Columns } from './columns.js';
import { compileCondition, type Test } from './conditions.js';
import { hasRowTimes, many, type Mapping, type OrderKey, type Value } from './language.js';
import { MappingError, RowRejected } from './mistakes.js';
import { checkZone } from './times.js';
import { MappingUse } from './use.js';
import {
  check,
  checkFormats,
  compileTime,
  compileValue,
  numberIn,
  type Read,
  type ReadTime,
  type Scope,
} from './values.js';

/** Sorts the rows of a ticket; a row without a value comes first. */
export interface SortKey {
  readonly read: (cells: Cells, at: number | null) => number | string | null;
  readonly descending: boolean;
}

export interface CompiledMapping {
  readonly mapping: Mapping;
  readonly file: string;
  readonly columns: Columns;
  readonly missing: ReadonlySet<string>;
  readonly key: Read;
  /** When a row of the list ('' in flat files) happened; null where the list has no times of its own. */
  readonly timeOf: (list: string, cells: Cells) => number | null;
  readonly isIgnored: (list: string, cells: Cells) => boolean;
  readonly order: readonly SortKey[];
  readonly fold: Fold;
  /** Filled while rows are read and folded. */
  readonly use: MappingUse;
}

/** @throws MappingError listing what the schema cannot see: formats, zones, patterns, contradictions */
export function compileMapping(mapping: Mapping, file: string): CompiledMapping {
  const { formats = ['iso'], zone, locale = 'en' } = mapping.times ?? {};
  const optional = new Set(mapping.optional);
  const use = new MappingUse();
  const lists = many(mapping.rows?.lists).map(({ path, name = path }) => name);
  const scope: Scope = { columns: new Columns(optional), times: { formats, zone, locale }, lists, mistakes: [], use };
  checkTimes(mapping, scope);
  const compiled: CompiledMapping = {
    mapping,
    file,
    columns: scope.columns,
    missing: new Set(['', ...(mapping.missing ?? []).map(String)]),
    key: compileValue(mapping.ticket.key, 'ticket.key', scope),
    timeOf: compileTimes(mapping, scope),
    isIgnored: compileIgnored(mapping, scope),
    order: (mapping.rows?.order ?? ['time']).map((key, index) => compileSortKey(key, `rows.order[${index}]`, scope)),
    fold: compileFold(mapping, scope),
    use,
  };
  scope.mistakes.push(...contradictions(mapping));
  if (scope.mistakes.length > 0) throw new MappingError(file, scope.mistakes);
  return compiled;
}

function checkTimes({ times = {}, file }: Mapping, scope: Scope): void {
  const { formats, zone, locale } = times;
  if (formats) checkFormats(formats, 'times.formats', scope);
  if (zone !== undefined) check(() => checkZone(zone), 'times.zone', scope.mistakes);
  if (locale !== undefined) check(() => new Intl.DateTimeFormat(locale), 'times.locale', scope.mistakes);
  if (file?.encoding !== undefined) check(() => new TextDecoder(file.encoding), 'file.encoding', scope.mistakes);
}

function contradictions(mapping: Mapping) {
  const { rows, ticket, rules, state, file } = mapping;
  const hasTimes = hasRowTimes(mapping);
  const mistakes = [];
  if (!hasTimes && ticket.opened === undefined)
    mistakes.push({
      path: 'ticket.opened',
      message: 'nothing says when things happened: give rows.time or ticket.opened',
    });
  if (!hasTimes && (rules !== undefined || state !== undefined))
    mistakes.push({ path: 'rows.time', message: 'is missing: rules and state need to know when a row happened' });
  if (rows?.lists && file?.format === 'csv')
    mistakes.push({ path: 'rows.lists', message: 'a CSV file has no nested lists' });
  if (file?.path !== undefined && file.format !== undefined && file.format !== 'json')
    mistakes.push({ path: 'file.path', message: 'is for format: json alone' });
  if (rows?.keep !== undefined && hasTimes)
    mistakes.push({ path: 'rows.keep', message: 'is for files where a row is a whole ticket; here rows have times' });
  return mistakes;
}

function compileTimes({ rows }: Mapping, scope: Scope): CompiledMapping['timeOf'] {
  const compile = (value: Value | undefined, path: string): ReadTime | undefined =>
    value === undefined ? undefined : compileTime(value, path, scope);
  const common = compile(rows?.time, 'rows.time');
  const own = new Map(
    many(rows?.lists).map(({ path, name = path, time }, index) => [
      name,
      compile(time, `rows.lists[${index}].time`) ?? common,
    ]),
  );
  return (list, cells) => {
    const read = own.get(list) ?? common;
    if (!read) return null;
    const at = read(cells);
    if (at === undefined) throw new RowRejected('the row has no time');
    return at;
  };
}

function compileIgnored({ rows }: Mapping, scope: Scope): CompiledMapping['isIgnored'] {
  const tests: readonly Test[] = many(rows?.ignore).map((condition, index) => {
    const path = Array.isArray(rows?.ignore) ? `rows.ignore[${index}]` : 'rows.ignore';
    const test = compileCondition(condition, path, scope);
    const count = scope.use.watch(path);
    return (situation) => {
      const holds = test(situation);
      if (holds) count();
      return holds;
    };
  });
  if (tests.length === 0) return () => false;
  return (list, cells) => {
    const row = { line: 0, at: null, list, cells };
    const situation = { row, before: [], status: 'open', assigned: false, isFirst: false, isLast: false } as const;
    return tests.some((test) => test(situation));
  };
}

function compileSortKey(key: OrderKey, path: string, scope: Scope): SortKey {
  if (key === 'time') return { read: (_, at) => at, descending: false };
  const descending = key.descending ?? false;
  if (key.time !== undefined) {
    const read = compileTime(key.time, `${path}.time`, scope);
    return { read: (cells) => read(cells) ?? null, descending };
  }
  const isNumber = key.number !== undefined;
  const place = `${path}.${isNumber ? 'number' : 'text'}`;
  const value = key.number ?? key.text ?? '';
  const read = compileValue(value, place, scope);
  const decimal = typeof value === 'string' ? '.' : (value.decimal ?? '.');
  return { read: (cells) => sortable(read(cells), isNumber ? decimal : undefined, place), descending };
}

function sortable(text: string | undefined, decimal: '.' | ',' | undefined, path: string): number | string | null {
  if (text === undefined || decimal === undefined) return text ?? null;
  const number = numberIn(text, decimal);
  if (Number.isNaN(number)) throw new RowRejected(`${path}: "${text}" is no number to order by`);
  return number;
}
