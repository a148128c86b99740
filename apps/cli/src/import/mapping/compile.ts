/** A mapping, ready to run. */
import { compileFold, type Fold } from '../folding/fold.js';
import type { Cells } from './columns.js';
import { Columns } from './columns.js';
import { compileCondition, type Test } from './conditions.js';
import { many, type Mapping, type OrderKey, type Value } from './language.js';
import { MappingError, RowRejected } from './mistakes.js';
import { compileTime, compileValue, type Read, type ReadTime, type Scope } from './values.js';

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
  /** Filled while rows are folded. */
  readonly unmapped: Scope['unmapped'];
}

/** @throws MappingError listing what the schema cannot see: formats, zones, patterns, contradictions */
export function compileMapping(mapping: Mapping, file: string): CompiledMapping {
  const { formats = ['iso'], zone = 'UTC' } = mapping.times ?? {};
  const scope: Scope = { columns: new Columns(), times: { formats, zone }, mistakes: [], unmapped: new Map() };
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
    unmapped: scope.unmapped,
  };
  scope.mistakes.push(...contradictions(mapping));
  if (scope.mistakes.length > 0) throw new MappingError(file, scope.mistakes);
  return compiled;
}

function contradictions(mapping: Mapping) {
  const { rows, ticket, rules, state, file } = mapping;
  const hasTimes = rows?.time !== undefined || rows?.lists?.some(({ time }) => time !== undefined) === true;
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
    return compileCondition(condition, path, scope);
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
  const read = compileValue(key.number ?? key.text ?? '', `${path}.${isNumber ? 'number' : 'text'}`, scope);
  return { read: (cells) => sortable(read(cells), isNumber), descending };
}

function sortable(text: string | undefined, isNumber: boolean): number | string | null {
  if (text === undefined || !isNumber) return text ?? null;
  const number = Number(text);
  if (Number.isNaN(number)) throw new RowRejected(`"${text}" is no number to order by`);
  return number;
}
