import { table } from './table.js';

it('aligns text left and numbers right', () =>
  expect(
    table(
      ['name', 'behind'],
      [
        ['a', 1],
        ['longer', 12_345],
      ],
    ),
  ).toBe(['  name    behind', '  a            1', '  longer  12,345'].join('\n')));
it('says that there is nothing', () => expect(table(['name'], [])).toBe('  (none)'));
