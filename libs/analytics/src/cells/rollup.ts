/** Collects the changes of a batch per cell. Pure. */
import type { TicketFact } from '../ticket-facts/ticket-fact.js';
import { Cell } from './cell.js';
import { type Add, contribute, type Place } from './contributions.js';
import { type Cuboid, cuboids, rollUps, type Tier } from './cuboids.js';
import { metricKey, type MetricName } from './metrics.js';

export interface CellChange {
  /** Names the row among all tenants' and tiers'. */
  readonly key: string;
  readonly tenantId: string;
  readonly tier: Tier;
  readonly cuboid: number;
  /** Hours or days since 1970, UTC. */
  readonly slot: number;
  readonly dims: readonly [string, string, string];
  readonly delta: Cell;
}

export class Rollup {
  /** By tenant, then by what else is in the key of the cell's row. */
  private readonly cells = new Map<string, Map<string, CellChange>>();

  /** Takes the old fact's contributions away and adds the new one's. */
  move(before: TicketFact | undefined, after: TicketFact): void {
    // First per place: what stays as it was cancels out before it reaches a cell.
    const moves = new Map<string, PlaceChange>();
    if (before) contribute(before, addingTo(moves, -1));
    contribute(after, addingTo(moves, 1));
    for (const { place, delta } of moves.values()) if (!delta.isEmpty) this.addTo(after.tenantId, place, delta);
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
    return [...this.cells.values()].flatMap((cells) => [...cells.values()].filter(({ delta }) => !delta.isEmpty));
  }

  private cellsOf(wanted: number, wantedTier: Tier): CellChange[] {
    return [...this.cells.values()].flatMap((cells) =>
      [...cells.values()].filter(({ cuboid, tier }) => cuboid === wanted && tier === wantedTier),
    );
  }

  /** To the cells of every cuboid that the place has all dimensions of, but for those that are summed up later. */
  private addTo(tenantId: string, place: Place, delta: Cell): void {
    const day = Math.floor(place.hour / 24);
    for (const { id, tiers, dimensions } of countedInto) {
      const values = dimensions.map((dimension) => place[dimension]);
      if (values.includes(undefined)) continue;
      const [dim1 = '', dim2 = '', dim3 = ''] = values;
      for (const tier of tiers) {
        const slot = tier === 'hour' ? place.hour : day;
        this.cell(tenantId, tier, id, slot, [dim1, dim2, dim3]).merge(delta);
      }
    }
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
  tiers: cuboid.tiers.filter((tier) => !rollUps.some((sum) => sum.cuboid === cuboid.id && sum.tier === tier)),
}));
const dimensionsOf = (wanted: number): number => cuboids.find(({ id }) => id === wanted)?.dimensions.length ?? 0;

export interface ChangedFigures {
  readonly metrics: Set<MetricName>;
  first: number;
  last: number;
}

/** By tenant: the metrics that are not what they were, and the first and last hour (UTC, since 1970) they changed in. */
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

interface PlaceChange {
  readonly place: Place;
  readonly delta: Cell;
}

/** Contributions of one fact, by place. Places of two facts are the same if they say the same. */
function addingTo(moves: Map<string, PlaceChange>, sign: 1 | -1): Add {
  const deltas = new Map<Place, Cell>();
  return (place, metric, basis, n, value) => {
    let delta = deltas.get(place);
    if (!delta) {
      const { hour, department, priority, channel, agent, activity } = place;
      const key = `${hour}\0${department}\0${priority}\0${channel}\0${agent ?? '\0'}\0${activity ?? '\0'}`;
      const move = moves.get(key) ?? { place, delta: new Cell() };
      moves.set(key, move);
      delta = move.delta;
      deltas.set(place, delta);
    }
    delta.add(metricKey(metric, basis), sign * n, value);
  };
}
