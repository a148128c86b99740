/** Who may read what: the strictest of an article and the categories above it. */
import { audiences } from '@guichet/contracts';

/** public < signed-in < agents: each is part of those before it. */
export type Audience = (typeof audiences)[number];

/** 0 for the widest; what a read model compares. */
export const rankOf = (audience: Audience): number => audiences.indexOf(audience);

/** @throws Error for a rank that no audience has */
export function audienceAt(rank: number): Audience {
  const audience = audiences[rank];
  if (audience === undefined) throw new Error(`No audience has the rank ${rank}.`);
  return audience;
}

export const strictest = (...all: readonly Audience[]): Audience => audienceAt(Math.max(0, ...all.map(rankOf)));
