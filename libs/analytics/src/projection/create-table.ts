/** `create table` from the columns that are written: each column is named in one place. Pure: builds text. */
import type { Column } from './bulk-table.store.js';

/** What the statement needs of a column, whatever its rows are. */
type Described = Pick<Column<never>, 'name' | 'type' | 'as' | 'key' | 'nullable' | 'initially'>;

/** @param storage parameters of the table, as `with` takes them. */
export function createTable(schema: string, name: string, columns: readonly Described[], storage?: string): string {
  const keys = columns.filter(({ key }) => key).map((column) => column.name);
  const lines = [...columns.map(columnSql), `primary key (${keys.join(', ')})`];
  return `create table ${schema}.${name} (\n  ${lines.join(',\n  ')}\n)${storage === undefined ? '' : ` with (${storage})`}`;
}

function columnSql({ name, type, as, nullable, initially }: Described): string {
  const initial = initially === undefined ? '' : ` default '${initially}'`;
  return `${name} ${as ?? type}${nullable ? '' : ' not null'}${initial}`;
}
