/** What a figure of tickets can be filtered and grouped by. */

export const dimensions = [
  'department',
  'agent',
  'requester',
  'channel',
  'device',
  'locale',
  'priority',
  'tag',
  'activity',
] as const;
export type Dimension = (typeof dimensions)[number];

/** A ticket changes its department and priority: which one is asked for. */
export const moments = ['fact', 'opening', 'resolution', 'now'] as const;
export type MomentName = (typeof moments)[number];

/** Values by dimension; '' stands for tickets without one. Several values of a dimension are alternatives. */
export type Filters<Each extends string = Dimension> = Readonly<Partial<Record<Each, readonly string[]>>>;

export interface Ownership {
  readonly department: MomentName;
  readonly priority: MomentName;
}
