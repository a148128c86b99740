/** Reads cells of a cuboid. */
import type pg from 'pg';
import { cellColumns } from '../cells/columns.js';
import { cuboids } from '../cells/cuboids.js';
import type { Range } from './cell-ranges.js';
import { Parameters, type Scope } from './facts-sql.js';

/** The columns are those that were asked for; null where there is nothing. */
export interface CellRow {
  readonly slot: number;
  /** Of the dimension that the question groups by; undefined where it is none of the cuboid's. */
  readonly group: string | undefined;
  readonly columns: readonly (Buffer | null)[];
}

/** Half-open ranges of slots of a tier. */
export interface CellRead {
  readonly tier: 'hour' | 'day';
  readonly ranges: readonly Range[];
  readonly cuboid: number;
  /** Places in `cellColumns`. */
  readonly columns: readonly number[];
}

/** The cells in the ranges that the question's filters leave. Every filter must be a dimension of the cuboid. */
export async function readCells(
  client: pg.ClientBase,
  { tenantId, question }: Pick<Scope, 'tenantId' | 'question'>,
  { tier, ranges, cuboid, columns }: CellRead,
): Promise<readonly CellRow[]> {
  const parameters = new Parameters();
  const conditions = [`c.tenant_id = ${parameters.add(tenantId)}`, `c.cuboid = ${parameters.add(cuboid)}`];
  dimensionsOf(cuboid).forEach((dimension, index) => {
    const values = question.filters[dimension];
    if (values) conditions.push(`c.dim${index + 1} = any(${parameters.add(values)}::text[])`);
  });
  const [from, to] = [
    parameters.add(ranges.map((range) => range.from)),
    parameters.add(ranges.map((range) => range.to)),
  ];
  const groupIndex = dimensionsOf(cuboid).findIndex((dimension) => dimension === question.groupBy);
  const dims = groupIndex < 0 ? [] : [`c.dim${groupIndex + 1}`];
  const wanted = [`c.${tier}`, ...dims, ...columns.map((column) => `c.${cellColumns[column]}`)];
  const query = {
    // By one look at the index for each range: joined freely, every cell of the cuboid would be held against every range.
    text: `select c.* from unnest(${from}::int[], ${to}::int[]) as range (low, high) cross join lateral (
             select ${wanted.join(', ')} from read_model.cell_${tier} c
             where ${conditions.join(' and ')} and c.${tier} >= range.low and c.${tier} < range.high offset 0) c`,
    values: parameters.values,
    rowMode: 'array' as const,
  };
  const { rows } = await client.query<[number, ...unknown[]]>(query);
  return rows.map(([slot, ...rest]) => ({
    slot,
    group: dims.length > 0 ? (rest[0] as string) : undefined,
    columns: rest.slice(dims.length) as (Buffer | null)[],
  }));
}

const dimensionsOf = (cuboid: number) => cuboids.find(({ id }) => id === cuboid)?.dimensions ?? [];
