/** Measures the backlog and its age, at one instant or many. Bucket i of the measures is instant i. */
import type pg from 'pg';
import { columnOfKey } from '../cells/columns.js';
import { metricKey } from '../cells/metrics.js';
import { cuboidFor, type Dimension as CellDimension } from '../cells/cuboids.js';
import { Growth, isFullHour, seriesCells, seriesOf } from './backlog-series.js';
import { backlogAgeSql, type BacklogScope, backlogSql } from './backlog-sql.js';
import { type CellRead, readCells } from './cells.query.js';
import { Measures } from './measures.js';
import { dimensionsUsed } from './question.js';

/** Fewer are looked up one by one, as quickly. */
const fewInstants = 2;

/** Groups without a ticket at any instant are left out. */
export function measureBacklog(client: pg.ClientBase, scope: BacklogScope): Promise<Measures> {
  const { instants, question } = scope;
  const cuboid = cuboidFor(dimensionsUsed(question) as readonly CellDimension[])?.id;
  const fullHours = instants.filter(isFullHour);
  const isSeries = fullHours.length > fewInstants && instants.length - fullHours.length <= fewInstants;
  return isSeries && cuboid !== undefined ? measureSeries(client, scope, cuboid) : measureSegments(client, scope);
}

/** Reads every segment that covers the first instant or begins after it. */
export async function measureSegments(client: pg.ClientBase, scope: BacklogScope): Promise<Measures> {
  const measures = new Measures();
  for (const { text, values } of backlogSql(scope)) {
    const { rows } = await client.query<{ step: number; grp: string | null; delta: number }>(text, [...values]);
    const byGroup = Map.groupBy(rows, ({ grp }) => grp);
    for (const [group, steps] of byGroup) {
      const deltas = new Map(steps.map(({ step, delta }) => [step, delta]));
      let n = 0;
      const counts = scope.instants.map((_, bucket) => (n += deltas.get(bucket) ?? 0));
      set(measures, group ?? undefined, [...counts.entries()]);
    }
  }
  return measures;
}

/** Reads the segments of the first full hour, and of the instants that are none; for the rest, cells. */
async function measureSeries(client: pg.ClientBase, scope: BacklogScope, cuboid: number): Promise<Measures> {
  const measures = new Measures();
  const all = [...scope.instants.entries()];
  const fullHours = all.filter(([, instant]) => isFullHour(instant));
  const [first] = fullHours;
  let atFirst = new Measures();
  for (const [bucket, instant] of all) {
    if (bucket !== first?.[0] && isFullHour(instant)) continue;
    const one = await measureSegments(client, { ...scope, instants: [instant] });
    if (bucket === first?.[0]) atFirst = one;
    for (const group of [undefined, ...one.groups]) {
      set(measures, group, [[bucket, one.get('backlog', { group, bucket: 0 }).n]]);
    }
  }
  const instants = fullHours.map(([, instant]) => instant);
  const ranges = seriesCells(instants);
  const hours = await readGrowth(client, scope, { tier: 'hour', ranges: ranges.hours, cuboid });
  const days = await readGrowth(client, scope, { tier: 'day', ranges: [ranges.days], cuboid });
  for (const group of new Set([undefined, ...atFirst.groups, ...hours.keys(), ...days.keys()])) {
    const start = atFirst.get('backlog', { group, bucket: 0 }).n;
    const counts = seriesOf(instants, start, hours.get(group) ?? new Growth(), days.get(group) ?? new Growth());
    set(
      measures,
      group,
      fullHours.map(([bucket], index) => [bucket, counts[index] ?? 0]),
    );
  }
  return measures;
}

function set(measures: Measures, group: string | undefined, counts: readonly (readonly [number, number])[]): void {
  if (group !== undefined && counts.every(([, n]) => n === 0)) return;
  for (const [bucket, n] of counts) measures.set('backlog', { group, bucket }, { n });
}

/** By group; under undefined, all of them. */
async function readGrowth(
  client: pg.ClientBase,
  scope: BacklogScope,
  read: Omit<CellRead, 'columns'>,
): Promise<Map<string | undefined, Growth>> {
  const whole = new Growth();
  const grown = new Map<string | undefined, Growth>([[undefined, whole]]);
  const column = columnOfKey(metricKey('backlogStarts', 'flow'));
  for (const { slot, group, columns } of await readCells(client, scope, { ...read, columns: [column] })) {
    const [packed] = columns;
    if (!packed) continue;
    whole.add(slot, packed);
    if (group === undefined) continue;
    const growth = grown.get(group) ?? new Growth();
    growth.add(slot, packed);
    grown.set(group, growth);
  }
  return grown;
}

interface AgeRow {
  readonly bucket: number;
  readonly grp: string | null;
  readonly n: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly percentiles: readonly number[];
  readonly within: readonly number[];
}

export async function measureBacklogAge(client: pg.ClientBase, scope: BacklogScope): Promise<Measures> {
  const measures = new Measures();
  for (const { text, values } of backlogAgeSql(scope)) {
    const { rows } = await client.query<AgeRow>(text, [...values]);
    for (const { bucket, grp, n, sum, min, max, percentiles, within } of rows) {
      const [median, p75, p90, p95] = percentiles;
      const spread = { sum, min, max, median, p75, p90, p95, within, exact: true };
      measures.set('backlog', { group: grp ?? undefined, bucket }, { n, spread });
    }
  }
  return measures;
}
