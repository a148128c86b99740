/** What a line of the table is: something that is measured, and what is hoped for. */
import type { TestDatabase } from '@guichet/testing';

export interface Goal {
  /** In the figure's unit. */
  readonly value: number;
  /** Whether the figure shall reach it or stay below it. */
  readonly at: 'least' | 'most';
}

/** One measured number, over the rounds of a run. */
export interface Figure {
  readonly name: string;
  /** `×` for a ratio. */
  readonly unit: '×' | 'ms' | 's' | 'MB' | '%' | 'B' | 'KB' | 'connections' | `${string}/s`;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
  readonly goal?: Goal;
}

/** A cost as the amount of data grows. */
export interface Growth {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly { readonly tickets: number; readonly value: number }[];
  /** What is expected at worst: the plot says how the cost really grew. */
  readonly expected: 'constant' | 'logarithmic' | 'linear';
}

export interface LineResult {
  readonly figures: readonly Figure[];
  readonly growth?: readonly Growth[];
  /** What a reader has to know to understand the figures: amounts, sizes, what the other side was. */
  readonly notes?: readonly string[];
}

export interface BenchContext {
  /** A fresh database on a PostgreSQL of this run's own: fsync and synchronous_commit on. */
  readonly database: (prefix: string) => Promise<TestDatabase>;
  /** Superuser of that server, and its data folder. */
  readonly server: () => Promise<{ readonly adminUrl: string; readonly folder: string }>;
  /** Brokers of a Kafka of this run's own. */
  readonly kafka: () => Promise<readonly string[]>;
  /** App → its production bundle. */
  readonly bundles: Readonly<Record<string, string>>;
  /** Less data and fewer rounds, to try a line out: such figures are not for the docs. */
  readonly isQuick: boolean;
  /** Says on stderr what is going on. */
  readonly say: (text: string) => void;
  /** Has something undone when the line is through, the newest first, whatever happened. */
  readonly after: (undo: () => Promise<unknown>) => void;
}

export interface BenchLine {
  /** `npm run bench -- <id>` runs it alone. */
  readonly id: string;
  readonly title: string;
  /** How long it takes, roughly, in seconds: said before it begins. */
  readonly seconds: number;
  run(context: BenchContext): Promise<LineResult>;
}
