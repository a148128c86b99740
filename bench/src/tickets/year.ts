/**
 * A year of tickets in the read models, in minutes: the product's projection folds sixteen days of them, and those rows
 * are written twenty-four times more, each time sixteen days later and under other ids. Facts, moments and segments are
 * what the projection would have written for such events; cells of days that two windows share are added up by the
 * product's Cell.
 */
import { Cell, cellColumns, foreverDay, weekOf } from '@guichet/analytics/parts';
import type pg from 'pg';
import { copyFrom } from './copy-from.js';
import type { FiguresDatabase } from './figures-database.js';
import { firstDay, ticketLives } from './lives.js';

/** Together they are `openingDays`. */
const windows = 25;
const windowDays = 16;
const dayMs = 86_400_000;
/** Fills empty read models with that many tickets, a multiple of 25. */
export async function fillYear(figures: FiguresDatabase, tickets: number, say: (text: string) => void): Promise<void> {
  const to = firstDay + windowDays * dayMs;
  await figures.load(ticketLives({ tickets: tickets / windows, to }));
  const seconds = await figures.project();
  const { received } = figures.places;
  say(`${received.toLocaleString('en')} events folded in ${seconds.toFixed(1)} s; repeated ${windows - 1} times …`);
  await figures.asOwner(async (owner) => {
    for (const table of ['ticket_fact', 'ticket_moment', 'backlog_segment']) await repeatRows(owner, table);
    await repeatCells(owner, 'hour', 24);
    const days = await repeatCells(owner, 'day', 1);
    await writeCells(owner, 'week', weeksOf(days));
  });
  await figures.settle();
}

/** Without its indexes meanwhile: that is several times as fast. */
async function repeatRows(owner: pg.Client, table: string): Promise<void> {
  const { rows: columns } = await owner.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped order by attnum`,
    [`read_model.${table}`],
  );
  const later = columns.map(({ name, type }) => {
    if (name === 'ticket_id') return `md5(ticket_id::text || '/' || turn)::uuid`;
    return type === 'timestamp with time zone' ? `${name} + make_interval(days => turn * ${windowDays})` : name;
  });
  await withoutIndexes(owner, table, async () => {
    await owner.query(`create temporary table window_rows as select * from read_model.${table}`);
    await owner.query(`insert into read_model.${table} (${columns.map(({ name }) => name).join(', ')})
      select ${later.join(', ')} from generate_series(1, ${windows - 1}) as turn cross join lateral (
        select * from window_rows offset 0) as r order by turn`);
    await owner.query('drop table window_rows');
  });
}

async function withoutIndexes(owner: pg.Client, table: string, work: () => Promise<void>): Promise<void> {
  const { rows: indexes } = await owner.query<{ name: string; definition: string; constraint: string | null }>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition,
            c.conname as constraint
       from pg_index i left join pg_constraint c on c.conindid = i.indexrelid where i.indrelid = $1::regclass`,
    [`read_model.${table}`],
  );
  for (const { name, constraint } of indexes) {
    await owner.query(
      constraint ? `alter table read_model.${table} drop constraint ${constraint}` : `drop index ${name}`,
    );
  }
  await work();
  await owner.query(`set maintenance_work_mem = '512MB'`);
  for (const { definition, constraint } of indexes) {
    await owner.query(definition);
    if (constraint) {
      await owner.query(
        `alter table read_model.${table} add constraint ${constraint} primary key using index ${constraint}`,
      );
    }
  }
}

type CellKey = readonly [tenant: string, cuboid: number, slot: number, dim1: string, dim2: string, dim3: string];
type Columns = readonly (Buffer | undefined)[];

interface StoredCell {
  readonly key: CellKey;
  readonly columns: Columns;
}

async function repeatCells(owner: pg.Client, tier: 'hour' | 'day', slotsADay: number): Promise<readonly StoredCell[]> {
  const table = `read_model.cell_${tier}`;
  const { rows } = await owner.query<[string, number, number, string, string, string, ...(Buffer | null)[]]>({
    text: `select tenant_id, cuboid, ${tier}, dim1, dim2, dim3, ${cellColumns.join(', ')} from ${table}`,
    rowMode: 'array',
  });
  const sums = new Sums();
  for (let turn = 0; turn < windows; turn++) {
    for (const [tenant, cuboid, slot, dim1, dim2, dim3, ...stored] of rows) {
      const later = slot === foreverDay ? slot : slot + turn * windowDays * slotsADay;
      const key: CellKey = [tenant, cuboid, later, dim1, dim2, dim3];
      sums.add({ key, columns: stored.map((column) => column ?? undefined) });
    }
  }
  await writeCells(owner, tier, sums.cells);
  return sums.cells;
}

function weeksOf(days: readonly StoredCell[]): readonly StoredCell[] {
  const sums = new Sums();
  for (const { key, columns } of days) {
    const [tenant, cuboid, day, ...dims] = key;
    if (day !== foreverDay) sums.add({ key: [tenant, cuboid, weekOf(day), ...dims], columns });
  }
  return sums.cells;
}

/** Cells by their keys, those of one key added up. */
class Sums {
  private readonly byKey = new Map<string, StoredCell>();

  add({ key, columns }: StoredCell): void {
    const name = JSON.stringify(key);
    const before = this.byKey.get(name);
    this.byKey.set(name, { key, columns: before ? added(before.columns, columns) : columns });
  }

  get cells(): readonly StoredCell[] {
    return [...this.byKey.values()];
  }
}

/** Instead of those that are there. */
async function writeCells(
  owner: pg.Client,
  tier: 'hour' | 'day' | 'week',
  cells: readonly StoredCell[],
): Promise<void> {
  await owner.query(`truncate read_model.cell_${tier}`);
  const ordered = [...cells].sort((a, b) => a.key[2] - b.key[2]);
  const names = `tenant_id, cuboid, ${tier}, dim1, dim2, dim3, ${cellColumns.join(', ')}`;
  await copyFrom(owner, `copy read_model.cell_${tier} (${names}) from stdin`, lines(ordered));
}

function added(a: Columns, b: Columns): Columns {
  const cell = new Cell();
  for (const column of [...a, ...b]) if (column) cell.mergePacked(column);
  return cell.packColumns() ?? a;
}

/** The generator's names have nothing that COPY would want escaped. */
function* lines(cells: readonly StoredCell[]): Generator<Buffer> {
  const text = (column: Buffer | undefined) => (column ? `\\\\x${column.toString('hex')}` : '\\N');
  for (let from = 0; from < cells.length; from += 1000) {
    const part = cells.slice(from, from + 1000);
    yield Buffer.from(part.map(({ key, columns }) => `${[...key, ...columns.map(text)].join('\t')}\n`).join(''));
  }
}
