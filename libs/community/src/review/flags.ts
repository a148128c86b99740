/** Flags: what members say is wrong with a post, and how much each says. Pure. */
import type { TrustLevel } from '../member/trust.js';

export const flagReasons = ['spam', 'abuse', 'personal-data', 'off-topic', 'wrong'] as const;
export type FlagReason = (typeof flagReasons)[number];

/** What came of a member's last flags. */
export interface Accuracy {
  readonly upheld: number;
  readonly rejected: number;
}
/** So many of a member's last flags that were decided on say how much the next one weighs. */
export const lastFlags = 100;

/**
 * How much a flag says: the share of the member's flags that were upheld, by Laplace's rule of succession, times
 * (1 + level ÷ 4). From 0 to 2; 0.625 for the first flag of a member of level 1.
 */
export const flagWeight = ({ upheld, rejected }: Accuracy, level: TrustLevel): number =>
  ((upheld + 1) / (upheld + rejected + 2)) * (1 + level / 4);

export interface Flag {
  readonly reason: FlagReason;
  readonly weight: number;
}

const hidesFromWeight = 2;
const hidesFromPeople = 2;

/** Whether the post is hidden before a moderator looks. */
export function hidePost(flags: readonly Flag[]): boolean {
  if (flags.some(({ reason }) => reason === 'personal-data')) return true;
  return flags.length >= hidesFromPeople && flags.reduce((sum, { weight }) => sum + weight, 0) >= hidesFromWeight;
}
