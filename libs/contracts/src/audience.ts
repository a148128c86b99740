/** Who may read what. Where several say so, such as an article and the categories above it, the strictest counts. */

/** From the widest to the strictest: each is part of those before it. */
export const audiences = ['public', 'signed-in', 'agents'] as const;
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
