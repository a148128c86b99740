/** Collects the changes of a batch per cell. Pure. */
import type { TicketFact } from '../ticket-facts/ticket-fact.js';
import { backlogColumn, Cell } from './packed/index.js';
import { cancel, ContributionList } from './contribution-list.js';
import { contribute, type Place } from './contributions.js';
import { type Cuboid, cuboids, foreverDay, rollUps, type Tier, weekOf } from './cuboids.js';
import type { MetricName } from './metrics.js';

export interface CellChange {
  /** Names the row among all tenants' and tiers'. */
  readonly key: string;
  readonly tenantId: string;
  readonly tier: Tier;
  readonly cuboid: number;
  /** Hours, days or weeks since 1970, UTC: see cuboids.ts. */
  readonly slot: number;
  readonly dims: readonly [string, string, string];
  readonly delta: Cell;
}

export class Rollup {
  /** By tenant, then by what else is in the key of the cell's row. */
  private readonly cells = new Map<string, Map<string, CellChange>>();

  private readonly before = new ContributionList();
  private readonly after = new ContributionList();

  /** Takes the old fact's contributions away and adds the new one's. */
  move(before: TicketFact | undefined, after: TicketFact): void {
    this.before.clear();
    this.after.clear();
    if (before) contribute(before, this.before.add);
    contribute(after, this.after.add);
    cancel(this.before, this.after); // an event changes few of dozens
    const cells = new Map<Place, readonly Cell[]>();
    this.add(after.tenantId, this.before, -1, cells);
    this.add(after.tenantId, this.after, 1, cells);
  }

  /** Sums up what was moved: the cells that are not what they were. To be asked once, when all is moved. */
  changes(): CellChange[] {
    for (const { cuboid, tier, of } of rollUps) {
      const depth = dimensionsOf(cuboid);
      for (const { tenantId, slot, dims, delta } of this.cellsOf(of, tier)) {
        const [dim1, dim2, dim3] = dims.map((dim, index) => (index < depth ? dim : '')) as [string, string, string];
        this.cell(tenantId, tier, cuboid, slot, [dim1, dim2, dim3]).merge(delta);
      }
    }
    for (const { id } of cuboids) {
      for (const { tenantId, slot, dims, delta } of this.cellsOf(id, 'day')) {
        this.cell(tenantId, 'week', id, weekOf(slot), dims).merge(delta);
      }
    }
    for (const { id } of ofAllTime) {
      for (const { tenantId, dims, delta } of this.cellsOf(id, 'day')) {
        this.cell(tenantId, 'day', id, foreverDay, dims).mergeColumn(delta, backlogColumn);
      }
    }
    return [...this.cells.values()].flatMap((cells) => [...cells.values()].filter(({ delta }) => !delta.isEmpty));
  }

  private cellsOf(wanted: number, wantedTier: Tier): CellChange[] {
    return [...this.cells.values()].flatMap((cells) =>
      [...cells.values()].filter(({ cuboid, tier }) => cuboid === wanted && tier === wantedTier),
    );
  }

  /** `cells` remembers the cells of a place, which contributions share. */
  private add(tenantId: string, list: ContributionList, sign: 1 | -1, cells: Map<Place, readonly Cell[]>): void {
    for (let i = 0; i < list.size; i++) {
      const n = sign * list.count(i);
      if (n === 0) continue;
      const place = list.place(i);
      let those = cells.get(place);
      if (!those) cells.set(place, (those = this.cellsAt(tenantId, place)));
      for (const cell of those) cell.add(list.key(i), n, list.value(i));
    }
  }

  /** The cells of every cuboid that the place has all dimensions of, but for those that are summed up later. */
  private cellsAt(tenantId: string, place: Place): Cell[] {
    const cells: Cell[] = [];
    const day = Math.floor(place.hour / 24);
    for (const { id, tiers, dimensions } of countedInto) {
      const values = dimensions.map((dimension) => place[dimension]);
      if (values.includes(undefined)) continue;
      const [dim1 = '', dim2 = '', dim3 = ''] = values;
      for (const tier of tiers) {
        cells.push(this.cell(tenantId, tier, id, tier === 'hour' ? place.hour : day, [dim1, dim2, dim3]));
      }
    }
    return cells;
  }

  private cell(tenantId: string, tier: Tier, cuboid: number, slot: number, dims: CellChange['dims']): Cell {
    let cells = this.cells.get(tenantId);
    if (!cells) this.cells.set(tenantId, (cells = new Map<string, CellChange>()));
    // Names may hold any character but U+0000.
    const key = `${tier}${cuboid}/${slot}\0${dims[0]}\0${dims[1]}\0${dims[2]}`;
    let change = cells.get(key);
    if (!change) {
      change = { key: `${tenantId}/${key}`, tenantId, tier, cuboid, slot, dims, delta: new Cell() };
      cells.set(key, change);
    }
    return change.delta;
  }
}

/** The cuboids with the tiers that are no sums of others. */
const countedInto = (cuboids as readonly Cuboid[]).map((cuboid) => ({
  ...cuboid,
  tiers: cuboid.tiers.filter(
    (tier) => tier !== 'week' && !rollUps.some((sum) => sum.cuboid === cuboid.id && sum.tier === tier),
  ),
}));
const ofAllTime = (cuboids as readonly Cuboid[]).filter(({ tiers }) => tiers.includes('hour'));
const dimensionsOf = (wanted: number): number => cuboids.find(({ id }) => id === wanted)?.dimensions.length ?? 0;

export interface ChangedFigures {
  readonly metrics: Set<MetricName>;
  first: number;
  last: number;
}

/**
 * By tenant: the metrics that are not what they were, and the first and last hour (UTC, since 1970) they changed in.
 */
export function changedFigures(changes: readonly CellChange[]): Map<string, ChangedFigures> {
  const figures = new Map<string, ChangedFigures>();
  for (const { tenantId, tier, cuboid, slot, delta } of changes) {
    // Every contribution is in one of the hourly cells without dimensions.
    if (tier !== 'hour' || cuboid !== cuboids[0].id) continue;
    const figure = figures.get(tenantId) ?? { metrics: new Set(), first: slot, last: slot };
    figure.first = Math.min(figure.first, slot);
    figure.last = Math.max(figure.last, slot);
    for (const metric of delta.metrics()) figure.metrics.add(metric);
    figures.set(tenantId, figure);
  }
  return figures;
}
