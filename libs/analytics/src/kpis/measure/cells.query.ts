/** Reads cells of a cuboid. */
import type pg from 'pg';
import { cellColumns } from '../../cells/packed/index.js';
import { cuboids, type Tier } from '../../cells/cuboids.js';
import type { Range } from './cell-ranges.js';
import { Parameters, type Scope } from '../sql/facts-sql.js';
import { statementName } from '../sql/statement-names.js';

/** Some cells of one group; those of a group come one after the other. */
export interface CellRow {
  /** Of all its cells; undefined where slots were not asked for. */
  readonly slot: number | undefined;
  /** Of the dimension that the question groups by; undefined where it is none of the cuboid's. */
  readonly group: string | undefined;
  /** Those that were asked for: each the packed cells as `eachPacked` reads them. */
  readonly columns: readonly Buffer[];
}

/** Half-open ranges of slots of a tier. */
export interface CellRead {
  readonly tier: Tier;
  readonly ranges: readonly Range[];
  readonly cuboid: number;
  /** Places in `cellColumns`. */
  readonly columns: readonly number[];
  /** Whether cells of different slots are told apart. */
  readonly bySlot: boolean;
}

/** So many slots without being told apart are one row: a row of ten years would be too long for the driver. */
const slotsTogether = 64;

/** The cells in the ranges that the question's filters leave. Every filter must be a dimension of the cuboid. */
export async function readCells(
  client: pg.ClientBase,
  { tenantId, question }: Pick<Scope, 'tenantId' | 'question'>,
  { tier, ranges, cuboid, columns, bySlot }: CellRead,
): Promise<readonly CellRow[]> {
  const parameters = new Parameters();
  const conditions = [`c.tenant_id = ${parameters.add(tenantId)}`, `c.cuboid = ${parameters.add(cuboid)}`];
  dimensionsOf(cuboid).forEach((dimension, index) => {
    const values = question.filters[dimension];
    if (values) conditions.push(`c.dim${index + 1} = any(${parameters.add(values)}::text[])`);
  });
  const rangesSql = rangesFrom(ranges, parameters);
  const groupIndex = dimensionsOf(cuboid).findIndex((dimension) => dimension === question.groupBy);
  const dims = groupIndex < 0 ? [] : [`c.dim${groupIndex + 1}`];
  const names = columns.map((column) => `${cellColumns[column]}`);
  const slot = bySlot ? `c.${tier}` : `c.${tier} / ${slotsTogether}`;
  // By one look at the index for each range: joined freely, every cell of the cuboid would be held against every range.
  // The server puts cells one behind the other, which is cheaper than a row for each.
  const text = `select ${[...dims, slot].join(', ')}, ${names.map((name) => `string_agg(int4send(length(c.${name})) || c.${name}, '')`).join(', ')}
      from ${rangesSql} as range (low, high) cross join lateral (
        select ${[`c.${tier}`, ...dims, ...names.map((name) => `c.${name}`)].join(', ')} from read_model.cell_${tier} c
         where ${conditions.join(' and ')} and c.${tier} >= range.low and c.${tier} < range.high offset 0) c
      group by ${[...dims, slot].join(', ')} order by ${[...dims, slot].join(', ')}`;
  const query = { name: statementName(text), text, values: parameters.values, rowMode: 'array' as const };
  const { rows } = await client.query<unknown[]>(query);
  return rows.map((row) => ({
    group: dims.length > 0 ? (row[0] as string) : undefined,
    slot: bySlot ? (row[dims.length] as number) : undefined,
    columns: (row.slice(dims.length + 1) as (Buffer | null)[]).map((column) => column ?? nothing),
  }));
}

/** One range as plain parameters: a plan for any of them is as good as one for these. */
function rangesFrom(ranges: readonly Range[], parameters: Parameters): string {
  const [only, second] = ranges;
  if (only && !second) return `(values (${parameters.add(only.from)}::int, ${parameters.add(only.to)}::int))`;
  const [from, to] = [ranges.map((range) => range.from), ranges.map((range) => range.to)];
  return `unnest(${parameters.add(from)}::int[], ${parameters.add(to)}::int[])`;
}

const nothing = Buffer.alloc(0);
const dimensionsOf = (cuboid: number) => cuboids.find(({ id }) => id === cuboid)?.dimensions ?? [];
