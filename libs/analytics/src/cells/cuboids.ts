/**
 * The combinations of dimensions that are rolled up. A question takes the smallest that has every dimension it needs.
 */

export type Dimension = 'department' | 'channel' | 'priority' | 'agent' | 'activity';

/** Cells by UTC hour, day, or week from Monday on. */
export const tiers = ['hour', 'day', 'week'] as const;
export type Tier = (typeof tiers)[number];

/** Slots count from 1970, which began with a Thursday: week 0 is the one of Monday, 29 December 1969. */
const daysBeforeMonday = 3;
export const weekOf = (day: number): number => Math.floor((day + daysBeforeMonday) / 7);
export const firstDayOf = (week: number): number => week * 7 - daysBeforeMonday;

export interface Cuboid {
  /** Column `cuboid`. A storage format: never renumber. */
  readonly id: number;
  /** What dim1, dim2, dim3 are, in this order; the columns left over are ''. */
  readonly dimensions: readonly Dimension[];
  /**
   * Hours cut this finely hold about one ticket each: there the facts are as fast, and cells would cost more than they
   * save.
   */
  readonly tiers: readonly Tier[];
}

export const cuboids = [
  { id: 0, dimensions: [], tiers: ['hour', 'day', 'week'] },
  { id: 1, dimensions: ['department'], tiers: ['hour', 'day', 'week'] },
  { id: 2, dimensions: ['department', 'channel', 'priority'], tiers: ['day', 'week'] },
  /** Bases `moment` and `flow` only: nobody has a ticket when it is opened. */
  { id: 3, dimensions: ['agent'], tiers: ['day', 'week'] },
  /** Metrics `activities` and `activitySeconds` only. */
  { id: 4, dimensions: ['activity'], tiers: ['day', 'week'] },
] as const satisfies readonly Cuboid[];

/**
 * The smallest cuboid that can answer by these dimensions, or undefined: then the facts must. `tier` is the finest the
 * question needs: `day` is enough where every span begins and ends at midnight UTC.
 */
export const cuboidFor = (needed: readonly Dimension[], tier: Tier = 'hour'): Cuboid | undefined =>
  (cuboids as readonly Cuboid[]).find(
    ({ dimensions, tiers }) => tiers.includes(tier) && needed.every((dimension) => dimensions.includes(dimension)),
  );

/**
 * The day after the last one there can be: its cells hold the backlog's beginnings and ends of all days, of the cuboids
 * that have hours, so that a backlog is found from the near end of time, however long a tenant has been there.
 */
export const foreverDay = 2 ** 31 - 2;

/**
 * A tier of a cuboid whose cells are the sums of another cuboid's cells of that tier: those with the same first
 * dimensions.
 */
interface RollUp {
  readonly cuboid: number;
  readonly tier: Tier;
  readonly of: number;
}

/**
 * In the order in which they must be summed up. Weeks are sums of their days. All other cells are counted into
 * directly.
 */
export const rollUps: readonly RollUp[] = [
  { cuboid: 1, tier: 'day', of: 2 },
  { cuboid: 0, tier: 'day', of: 1 },
  { cuboid: 0, tier: 'hour', of: 1 },
];
