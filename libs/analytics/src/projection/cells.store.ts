/** Adds a batch's changes to the cells. */
import { type ProjectionTransaction, rememberedIn } from '@guichet/event-sourcing';
import { addPacked, cellColumns, type PackedColumns } from '../cells/packed/index.js';
import { type Tier, tiers } from '../cells/cuboids.js';
import type { CellChange } from '../cells/rollup.js';
import type { LRUCache } from 'lru-cache';
import { BulkTable, type Column } from './bulk-table.store.js';
import { inTurns, start } from './turns.store.js';

interface CellRow extends CellChange {
  readonly packed: PackedColumns | undefined;
}

/** As written, and as its table has them. */
export function cellTableColumns(tier: Tier): readonly Column<CellRow>[] {
  return [
    { name: 'tenant_id', type: 'uuid', key: true, value: (row) => row.tenantId },
    { name: 'cuboid', type: 'int2', key: true, value: (row) => row.cuboid },
    { name: tier, type: 'int4', key: true, value: (row) => row.slot },
    { name: 'dim1', type: 'text', key: true, value: (row) => row.dims[0] },
    { name: 'dim2', type: 'text', key: true, value: (row) => row.dims[1] },
    { name: 'dim3', type: 'text', key: true, value: (row) => row.dims[2] },
    ...cellColumns.map((name, index): Column<CellRow> => ({
      name,
      type: 'bytea',
      nullable: true,
      value: ({ packed }) => packed?.[index] ?? null,
    })),
  ];
}

const tableOf = (tier: Tier) => new BulkTable(`cell_${tier}`, cellTableColumns(tier));

const tables = { hour: tableOf('hour'), day: tableOf('day'), week: tableOf('week') };
const remembered = 20_000;

/** A cell in which nothing is left is deleted. */
export async function addToCells(tx: ProjectionTransaction, changes: readonly CellChange[]): Promise<void> {
  const known = rememberedIn<PackedColumns>(tx, 'cells', remembered);
  const byTier = tiers.map((tier) => [tier, changes.filter((change) => change.tier === tier)] as const);
  const before = await Promise.all(byTier.map(([tier, those]) => recall(tx, tier, those, known)));
  for (const [index, [tier, those]] of byTier.entries()) {
    const cells = before[index] ?? new Map<string, PackedColumns>();
    const rows: CellRow[] = [];
    await inTurns(those, (change) => rows.push({ ...change, packed: sum(cells.get(change.key), change) }));
    await start(
      tx,
      tables[tier].upsert(
        tx.schema,
        rows.filter(({ packed }) => packed),
      ),
    );
    const emptied = rows.filter(({ key, packed }) => !packed && cells.has(key));
    await start(tx, tables[tier].remove(tx.schema, emptied));
    for (const { key, packed } of rows) {
      if (packed) known.set(key, packed);
      else known.delete(key);
    }
  }
}

/** The cells that the changes belong to, as far as there are any: from memory, else from the table. */
async function recall(
  tx: ProjectionTransaction,
  tier: Tier,
  changes: readonly CellChange[],
  known: LRUCache<string, PackedColumns>,
): Promise<Map<string, PackedColumns>> {
  const cells = new Map<string, PackedColumns>();
  const unknown: CellRow[] = [];
  for (const change of changes) {
    const packed = known.get(change.key);
    if (packed) cells.set(change.key, packed);
    else unknown.push({ ...change, packed });
  }
  for (const [place, packed] of await tables[tier].read<(Buffer | null)[]>(tx, cellColumns, unknown)) {
    const row = unknown[place];
    if (row)
      cells.set(
        row.key,
        packed.map((column) => column ?? undefined),
      );
  }
  return cells;
}

function sum(before: PackedColumns | undefined, { delta }: CellChange): PackedColumns | undefined {
  const change = delta.packColumns();
  if (!before || !change) return before ?? change;
  // What the change does not touch stays as it is packed.
  const sums = before.map((column, index) => {
    const added = change[index];
    return column && added ? addPacked(column, added) : (column ?? added);
  });
  return sums.some((column) => column) ? sums : undefined;
}
