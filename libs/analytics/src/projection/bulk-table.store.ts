/** Many rows of one table in one statement. */
import type { ProjectionTransaction } from '@guichet/event-sourcing';
import { binaryArray, type ElementType } from './binary-arrays.js';

/** A statement that writes. */
export interface Write {
  readonly name?: string;
  readonly text: string;
  readonly values: Buffer[];
}

export interface Column<Row> {
  readonly name: string;
  /** Type of the parameter's elements. */
  readonly type: ElementType;
  /** The column's own type where it differs from the parameter's: the value is cast to it. */
  readonly as?: string;
  readonly key?: boolean;
  readonly nullable?: boolean;
  /** What a row has that is written without the column. */
  readonly initially?: string;
  value(row: Row): unknown;
}

/**
 * Writing is prepared once per schema and connection: its way is the primary key's index, whatever the table's size.
 * What searches is planned anew every time: a plan made for an empty table would go on reading all of a full one.
 */
export class BulkTable<Row> {
  private readonly keys: readonly Column<Row>[];

  constructor(
    readonly name: string,
    private readonly columns: readonly Column<Row>[],
    /** Names its statements: differs between views of one table. */
    private readonly label = name,
  ) {
    this.keys = columns.filter(({ key }) => key);
  }

  /** Inserts the rows, or replaces those whose key is there. No key may come twice. Undefined: nothing to do. */
  upsert(schema: string, rows: readonly Row[]): Write | undefined {
    if (rows.length === 0) return undefined;
    const names = this.columns.map(({ name }) => name);
    const values = this.columns.map(({ name, as }) => (as ? `u.${name}::${as}` : `u.${name}`));
    const rest = this.columns.filter(({ key }) => !key).map(({ name }) => `${name} = excluded.${name}`);
    const text = `insert into ${schema}.${this.name} (${names.join(', ')})
       select ${values.join(', ')} from ${this.unnest(this.columns)}
       on conflict (${this.keys.map(({ name }) => name).join(', ')}) do update set ${rest.join(', ')}`;
    return { name: `${schema}.${this.label}.upsert`, text, values: this.parameters(this.columns, rows) };
  }

  /** Deletes the rows with the keys of these. Undefined: nothing to do. */
  remove(schema: string, rows: readonly Row[]): Write | undefined {
    if (rows.length === 0) return undefined;
    const text = `delete from ${schema}.${this.name} where ctid = any (array(
      select found.ctid from ${this.unnest(this.keys)} cross join lateral (
        select t.ctid from ${schema}.${this.name} t where ${this.sameKey()} limit 1) found))`;
    return { text, values: this.parameters(this.keys, rows) };
  }

  /**
   * Some columns of the rows that are there: pairs of the 0-based place among the asked rows, and the values.
   * A row of `rows` needs the key's fields only.
   */
  async read<Values extends readonly unknown[]>(
    tx: ProjectionTransaction,
    columns: readonly string[],
    rows: readonly Row[],
  ): Promise<[number, Values][]> {
    if (rows.length === 0) return [];
    const found = columns.map((column) => `found.${column}`);
    const text = `select u.place, ${found.join(', ')} from ${this.unnest(this.keys, true)} cross join lateral (
      select ${columns.map((column) => `t.${column}`).join(', ')} from ${tx.schema}.${this.name} t where ${this.sameKey()} limit 1) found`;
    const query = { text, values: this.parameters(this.keys, rows), rowMode: 'array' };
    const result = await tx.query(query);
    return (result.rows as unknown as [string, ...unknown[]][]).map(([place, ...values]) => [
      Number(place) - 1,
      values as unknown as Values,
    ]);
  }

  private sameKey(): string {
    return this.keys.map(({ name }) => `t.${name} = u.${name}`).join(' and ');
  }

  private unnest(columns: readonly Column<Row>[], numbered = false): string {
    const parameters = columns.map(({ type }, index) => `$${index + 1}::${type}[]`);
    const names = columns.map(({ name }) => name);
    return numbered
      ? `unnest(${parameters.join(', ')}) with ordinality as u (${names.join(', ')}, place)`
      : `unnest(${parameters.join(', ')}) as u (${names.join(', ')})`;
  }

  private parameters(columns: readonly Column<Row>[], rows: readonly Row[]): Buffer[] {
    return columns.map((column) =>
      binaryArray(
        column.type,
        rows.map((row) => column.value(row)),
      ),
    );
  }
}
