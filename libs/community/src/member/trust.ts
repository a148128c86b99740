/** Trust levels: what opens which door, and what each allows. Shown to oneself only. Pure. */

export const trustLevels = [0, 1, 2, 3, 4] as const;
export type TrustLevel = (typeof trustLevels)[number];

/** What a member has done. Counts; those that end in `In100Days` are of the 100 days before the assessment. */
export interface TrustFigures {
  readonly topicsRead: number;
  readonly postsRead: number;
  readonly secondsRead: number;
  /** Days on which they read or wrote. */
  readonly daysVisited: number;
  /** Topics of others in which a post of theirs is visible. */
  readonly topicsAnswered: number;
  readonly votesGiven: number;
  readonly votesReceived: number;
  readonly daysVisitedIn100Days: number;
  readonly topicsAnsweredIn100Days: number;
  readonly votesReceivedIn100Days: number;
  /** Reviews of their posts that ended with the post hidden. */
  readonly upheldFlagsIn100Days: number;
}

/** What a member of a level may do. */
export interface LevelLimits {
  readonly linksPerPost: number;
  readonly imagesPerPost: number;
  readonly mentionsPerPost: number;
  readonly topicsPerDay: number;
  readonly postsPerDay: number;
  readonly votesPerDay: number;
  readonly flagsPerDay: number;
}

const perPost = (linksPerPost: number, imagesPerPost: number, mentionsPerPost: number) => ({
  ...{ linksPerPost, imagesPerPost, mentionsPerPost },
});
const perDay = (topicsPerDay: number, postsPerDay: number, votesPerDay: number, flagsPerDay: number) => ({
  ...{ topicsPerDay, postsPerDay, votesPerDay, flagsPerDay },
});

const limits: Readonly<Record<TrustLevel, LevelLimits>> = {
  0: { ...perPost(2, 1, 2), ...perDay(3, 10, 10, 0) },
  1: { ...perPost(10, 5, 5), ...perDay(10, 50, 20, 10) },
  2: { ...perPost(20, 10, 10), ...perDay(20, 100, 30, 20) },
  3: { ...perPost(20, 10, 10), ...perDay(30, 150, 40, 30) },
  4: { ...perPost(20, 10, 10), ...perDay(30, 150, 50, 50) },
};

export const limitsOf = (level: TrustLevel): LevelLimits => limits[level];

/** The least level for what not everybody may do. */
export const leastLevel = {
  flag: 1,
  suggestDuplicate: 2,
  retitle: 3,
  move: 3,
  lock: 4,
  merge: 4,
} as const satisfies Readonly<Record<string, TrustLevel>>;

type Conditions = Readonly<Partial<Record<keyof TrustFigures, number>>>;

/** The least figures for a level, by the level. Level 4 is given, not reached. */
const least: Readonly<Record<1 | 2 | 3, Conditions>> = {
  1: { topicsRead: 5, postsRead: 30, secondsRead: 10 * 60 },
  2: {
    ...{ daysVisited: 15, topicsRead: 20, postsRead: 100, secondsRead: 60 * 60 },
    ...{ topicsAnswered: 3, votesGiven: 1, votesReceived: 1 },
  },
  3: { daysVisitedIn100Days: 50, topicsAnsweredIn100Days: 10, votesReceivedIn100Days: 20 },
};
const mostUpheldFlags = 1;

/** Whether the figures are enough for the level, whatever was before. */
export function reaches(level: 1 | 2 | 3, figures: TrustFigures): boolean {
  const conditions = Object.entries(least[level]) as [keyof TrustFigures, number][];
  const enough = conditions.every(([name, atLeast]) => figures[name] >= atLeast);
  return enough && (level < 3 || figures.upheldFlagsIn100Days <= mostUpheldFlags);
}

/** The highest level that is open to a member of `level`: no level is left out on the way. */
export function reachedFrom(level: TrustLevel, figures: TrustFigures): TrustLevel {
  if (level >= 3) return level;
  const next = (level + 1) as 1 | 2 | 3;
  return reaches(next, figures) ? reachedFrom(next, figures) : level;
}
