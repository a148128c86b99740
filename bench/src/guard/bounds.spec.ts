import { judge, rebound, tableOf } from './bounds.js';

const bound = (value: number) => ({ name: 'statements', unit: 'a command', bound: value, measured: value });
const verdictOf = (value: number, counted: number) => judge([bound(value)], { statements: counted })[0]?.verdict;

it.each([
  [6, 6, 'kept'],
  [6, 7, 'exceeded'],
  [6, 3, 'kept'],
  [6, 2, 'too loose'],
])('a bound of %i, and %i counted: %s', (value, counted, verdict) => {
  expect(verdictOf(value, counted)).toBe(verdict);
});

it('misses what is bound and was not counted, and what was counted and is not bound', () => {
  expect(judge([bound(6)], { rows: 5 }).map(({ name, verdict }) => [name, verdict])).toEqual([
    ['statements', 'not counted'],
    ['rows', 'without a bound'],
  ]);
});

it('says in its table what to do', () => {
  const table = tableOf(judge([bound(6)], { statements: 7, rows: 1 }));
  expect(table).toMatch(/statements +7 +6 +a command +EXCEEDED/);
  expect(table).toMatch(/rows +1 +– +WITHOUT A BOUND/);
});

it('moves to what is spent now, with the margins of before', () => {
  const bounds = [
    { name: 'size', unit: 'KiB', bound: 210, measured: 200, marginPercent: 5, why: 'features grow it' },
    { name: 'gone', unit: 'rows', bound: 1, measured: 1 },
  ];
  expect(rebound(bounds, { size: 101, 'claim: statements': 4 })).toEqual([
    { name: 'size', unit: 'KiB', bound: 107, measured: 101, marginPercent: 5, why: 'features grow it' },
    { name: 'claim: statements', unit: 'statements', bound: 4, measured: 4 },
  ]);
});
