/** Measures the backlog and its age, at one instant or many. Bucket i of the measures is instant i. */
import type pg from 'pg';
import { columnOfKey } from '../../cells/packed/index.js';
import { metricKey } from '../../cells/metrics.js';
import { cuboidFor, type Dimension as CellDimension } from '../../cells/cuboids.js';
import { fullHourBy, Growth, isJustBeforeHour, seriesCells, seriesOf } from './backlog-series.js';
import { backlogAgeSql, backlogChangesSql, type BacklogScope, backlogSql } from '../sql/backlog-sql.js';
import { type CellRead, readCells } from './cells.query.js';
import { Measures } from './measures.js';
import { dimensionsUsed } from '../definitions/question.js';
import { statementName } from '../sql/statement-names.js';
import { together } from './together.js';

/**
 * From the cells where the question fits them, else from the segments. Groups without a ticket at any instant are left
 * out.
 * @param nowMs nothing is known of what comes later.
 */
export function measureBacklog(client: pg.ClientBase, scope: BacklogScope, nowMs: number): Promise<Measures> {
  const { question } = scope;
  const cuboid =
    question.bots === 'with' ? cuboidFor(dimensionsUsed(question) as readonly CellDimension[])?.id : undefined;
  return cuboid === undefined ? measureSegments(client, scope) : measureCells(client, scope, cuboid, nowMs);
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

/** Reads the cells up to the full hour nearest to each instant, and the segments that begin or end in between. */
async function measureCells(
  client: pg.ClientBase,
  scope: BacklogScope,
  cuboid: number,
  nowMs: number,
): Promise<Measures> {
  const before = scope.instants.map(isJustBeforeHour);
  const hours = scope.instants.map((instant, index) => (before[index] ? instant + 1 : fullHourBy(instant, nowMs)));
  const ranges = seriesCells(hours);
  const read = { cuboid, bySlot: true } as const;
  const [ofHours, ofDays, later, ever, changes] = await together(
    readGrowth(client, scope, { ...read, tier: 'hour', ranges: ranges.hours }),
    readGrowth(client, scope, { ...read, tier: 'day', ranges: [ranges.days] }),
    readGrowth(client, scope, { ...read, tier: 'day', ranges: [ranges.later], bySlot: false }),
    readGrowth(client, scope, { ...read, tier: 'day', ranges: [ranges.ever], bySlot: false }),
    readChanges(client, scope, hours, before),
  );
  const measures = new Measures();
  // Of all time are the groups that there are, but for those in which as much ended as began.
  for (const group of new Set([ever, later, ofDays, ofHours, changes].flatMap((growths) => [...growths.keys()]))) {
    const growths = {
      ever: of(ever, group),
      later: of(later, group),
      days: of(ofDays, group),
      hours: of(ofHours, group),
    };
    const changed = changes.get(group);
    const counts = seriesOf(hours, growths, before).map((n, index) => {
      const since = before[index] ? 0 : (changed?.get(index) ?? 0);
      return [index, (hours[index] ?? 0) > (scope.instants[index] ?? 0) ? n - since : n + since] as const;
    });
    set(measures, group, counts);
  }
  return measures;
}

const of = (growths: ReadonlyMap<string | undefined, Growth>, group: string | undefined) =>
  growths.get(group) ?? new Growth();

/**
 * By group (under undefined, all of them), then by the instant's index: by how much the backlog grew from the earlier
 * of the instant and its full hour to the later.
 */
async function readChanges(
  client: pg.ClientBase,
  scope: BacklogScope,
  hours: readonly number[],
  before: readonly boolean[],
): Promise<Map<string | undefined, Map<number, number>>> {
  const whole = new Map<number, number>();
  const changes = new Map<string | undefined, Map<number, number>>([[undefined, whole]]);
  if (hours.every((hour, index) => before[index] || hour === scope.instants[index])) return changes;
  const { text, values } = backlogChangesSql(scope, hours);
  const query = { name: statementName(text), text, values: [...values] };
  const { rows } = await client.query<{ step: number; grp: string | null; n: number }>(query);
  for (const { step, grp, n } of rows) {
    whole.set(step, (whole.get(step) ?? 0) + n);
    if (grp === null) continue;
    const own = changes.get(grp) ?? new Map<number, number>();
    changes.set(grp, own.set(step, n));
  }
  return changes;
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
    whole.add(slot ?? 0, packed);
    if (group === undefined) continue;
    const growth = grown.get(group) ?? new Growth();
    growth.add(slot ?? 0, packed);
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
