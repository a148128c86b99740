/** Turns the conditions of a mapping into functions over a row and the ticket's state. */
import type { Cells } from './columns.js';
import {
  type ColumnTest,
  type ColumnTestObject,
  type Condition,
  many,
  type OneOrMany,
  type Scalar,
  type Status,
} from './language.js';
import { closest } from '@guichet/config';
import { compilePattern, flat, type Row, type Scope } from './values.js';

/** What a condition may look at. */
export interface Situation {
  readonly row: Row;
  /** The last known value of every slot in the ticket's earlier rows. */
  readonly before: Cells;
  readonly status: Status;
  readonly assigned: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}
export type Test = (situation: Situation) => boolean;

export const always: Test = () => true;

export function compileCondition(condition: Condition | undefined, path: string, scope: Scope): Test {
  if (!condition) return always;
  const tests: Test[] = Object.entries(condition.columns ?? {}).map(([column, test]) =>
    compileColumnTest(column, test, `${path}.columns["${column}"]`, scope),
  );
  const { state, list, assigned, first, last, any, not } = condition;
  if (state !== undefined) tests.push(({ status }) => many(state).includes(status));
  if (list !== undefined) {
    checkLists(many(list), `${path}.list`, scope);
    tests.push(({ row }) => many(list).includes(row.list));
  }
  if (assigned !== undefined) tests.push((situation) => situation.assigned === assigned);
  if (first !== undefined) tests.push(({ isFirst }) => isFirst === first);
  if (last !== undefined) tests.push(({ isLast }) => isLast === last);
  if (any) {
    const alternatives = any.map((one, index) => compileCondition(one, `${path}.any[${index}]`, scope));
    tests.push((situation) => alternatives.some((test) => test(situation)));
  }
  if (not) {
    const test = compileCondition(not, `${path}.not`, scope);
    tests.push((situation) => !test(situation));
  }
  return (situation) => tests.every((test) => test(situation));
}

/** A list that is not there would never hold, without a word. */
function checkLists(names: readonly string[], path: string, { lists, mistakes }: Scope): void {
  for (const name of names.filter((one) => !lists.includes(one))) {
    const meant = closest(name, lists) ?? (lists.join(', ') || 'nothing: rows.lists is not given');
    mistakes.push({ path, message: `there is no list "${name}"; rows.lists has ${meant}` });
  }
}

const oneOf = (values: OneOrMany<Scalar>): ReadonlySet<string> => new Set(many(values).map(String));

function compileColumnTest(column: string, test: ColumnTest, path: string, scope: Scope): Test {
  const slot = scope.columns.slot(column, path);
  const object: ColumnTestObject =
    typeof test === 'object' && !Array.isArray(test) ? (test as ColumnTestObject) : { is: test as OneOrMany<Scalar> };
  const tests: ((now: string | undefined, before: string | undefined) => boolean)[] = [];
  const { is, not, known, matches, changed, was, sameAs } = object;
  for (const values of [is, not, was]) if (values !== undefined) scope.use.compare(column, [...oneOf(values)], path);
  if (is !== undefined) tests.push(within(oneOf(is)));
  if (not !== undefined) tests.push(without(oneOf(not)));
  if (known !== undefined) tests.push((now) => (now !== undefined) === known);
  if (matches !== undefined) {
    const pattern = compilePattern(matches, `${path}.matches`, scope);
    tests.push((now) => now !== undefined && pattern.test(now));
  }
  if (changed !== undefined) tests.push((now, before) => isChange(now, before) === changed);
  if (was !== undefined) {
    const values = oneOf(was);
    tests.push((_, before) => before !== undefined && values.has(before));
  }
  const otherSlot = sameAs === undefined ? undefined : scope.columns.slot(sameAs, `${path}.sameAs`);
  return ({ row, before }) => {
    const [now, earlier] = [flat(row.cells[slot]), flat(before[slot])];
    if (otherSlot !== undefined && (now === undefined || now !== flat(row.cells[otherSlot]))) return false;
    return tests.every((holds) => holds(now, earlier));
  };
}

const within = (values: ReadonlySet<string>) => (now: string | undefined) => now !== undefined && values.has(now);
const without = (values: ReadonlySet<string>) => (now: string | undefined) => now === undefined || !values.has(now);
const isChange = (now: string | undefined, before: string | undefined) =>
  now !== undefined && before !== undefined && now !== before;
