/**
 * The mapping language as TypeScript sees it; mapping.schema.json says the same to editors, docs/importing.md to
 * people.
 */

export type OneOrMany<T> = T | readonly T[];
export type Scalar = string | number | boolean;

export const statuses = ['open', 'paused', 'resolved', 'closed'] as const;
/** Where the fold has brought the ticket. */
export type Status = (typeof statuses)[number];

/** How one column's value is tested; a scalar or a list means `is`. */
export interface ColumnTestObject {
  readonly is?: OneOrMany<Scalar>;
  readonly not?: OneOrMany<Scalar>;
  readonly known?: boolean;
  readonly matches?: string;
  /** Differs from the last known value in an earlier row of the ticket; false in the first row. */
  readonly changed?: boolean;
  /** The last known value in an earlier row of the ticket. */
  readonly was?: OneOrMany<Scalar>;
  /** Another column that has the same value. */
  readonly sameAs?: string;
}
export type ColumnTest = OneOrMany<Scalar> | ColumnTestObject;

/** Holds when every part of it holds. */
export interface Condition {
  readonly list?: OneOrMany<string>;
  readonly state?: OneOrMany<Status>;
  readonly assigned?: boolean;
  readonly first?: boolean;
  readonly last?: boolean;
  readonly columns?: Readonly<Record<string, ColumnTest>>;
  readonly any?: readonly Condition[];
  readonly not?: Condition;
}

export type Take = 'first' | 'first-known' | 'last' | 'last-known';

export interface ValueObject {
  readonly column?: string;
  readonly value?: Scalar;
  readonly template?: string;
  readonly firstOf?: readonly Value[];
  readonly extract?: string;
  readonly map?: Readonly<Record<string, Scalar | null>>;
  readonly unmapped?: 'keep' | 'missing' | 'reject';
  readonly case?: 'lower' | 'upper' | 'kebab';
  readonly split?: string;
  readonly default?: Scalar;
  readonly take?: Take;
  readonly format?: OneOrMany<string>;
  readonly zone?: string;
  /** For numbers: what is between whole and fraction. */
  readonly decimal?: '.' | ',';
  /** For times spent. */
  readonly unit?: TimeUnit;
}
export const timeUnits = ['seconds', 'minutes', 'hours', 'days', 'clock'] as const;
/** `clock` is hh:mm or hh:mm:ss. */
export type TimeUnit = (typeof timeUnits)[number];
/** A plain string names a column. */
export type Value = string | ValueObject;

/** Who did what a row tells; the first alternative that holds and is known counts. */
export interface ActorAlternative {
  readonly when?: Condition;
  readonly agent?: Value;
  readonly requester?: Value;
  readonly bot?: Value;
}

export type Effect =
  | 'assign'
  | 'release'
  | 'pause'
  | 'resume'
  | 'resolve'
  | 'reopen'
  | 'close'
  | 'spam'
  | 'unspam'
  | 'startWrapUp'
  | 'completeWrapUp'
  | 'reply'
  | { readonly assign: Value }
  | { readonly pause: { readonly reason?: Value } }
  | { readonly close: { readonly automatic?: boolean } }
  | { readonly log: Value | { readonly activity: Value; readonly seconds?: Value } }
  | { readonly reply: { readonly body?: Value } }
  | { readonly note: { readonly body: Value } }
  | { readonly transfer: { readonly to: Value; readonly reason?: Value; readonly note?: Value } }
  | { readonly priority: Value }
  | { readonly tag: OneOrMany<Value> }
  | { readonly merge: Value };

export interface Rule {
  readonly when?: Condition;
  readonly do: OneOrMany<Effect>;
  readonly by?: OneOrMany<ActorAlternative>;
}

export interface Moment extends Rule {
  readonly at: Value;
  /** Before or after the rows of the same instant. */
  readonly tie?: 'before' | 'after';
}

export type StateKind = 'open' | 'paused' | 'resolved' | 'closed' | 'finished' | 'ignored';
export const stateEffects = ['pause', 'resume', 'resolve', 'reopen', 'close'] as const;
export type StateEffect = (typeof stateEffects)[number];

export type StateMeaning = StateKind | { readonly paused: string };

export interface StateColumn {
  readonly column: string;
  readonly values: Readonly<Record<string, StateMeaning>>;
  /** What values mean that are not named; default ignored. */
  readonly unnamed?: StateMeaning | 'reject';
  readonly effects?: readonly StateEffect[];
}

export type OrderKey =
  'time' | { readonly number?: Value; readonly text?: Value; readonly time?: Value; readonly descending?: boolean };

export interface NestedList {
  readonly path: string;
  readonly name?: string;
  readonly time?: Value;
  /** Whether the file may have none of them. */
  readonly optional?: boolean;
}

export interface Mapping {
  readonly version: 1;
  readonly source: string;
  readonly title?: string;
  readonly description?: string;
  readonly attribution?: string;
  readonly file?: {
    readonly format?: 'csv' | 'jsonl' | 'json';
    /** JSON: where the list of tickets is within the object that is the file. */
    readonly path?: string;
    /** Any label that browsers know. */
    readonly encoding?: string;
    readonly delimiter?: string;
    readonly quote?: string;
    /** Before a quote within a field, where that is not written twice. */
    readonly escape?: string;
    readonly header?: boolean | readonly string[];
    /** Lines before the header (or the first row) that are none. */
    readonly skip?: number;
  };
  /** Columns (or paths) that the file may lack. */
  readonly optional?: readonly string[];
  readonly missing?: readonly Scalar[];
  readonly times?: { readonly formats?: readonly string[]; readonly zone?: string; readonly locale?: string };
  readonly rows?: {
    readonly lists?: readonly NestedList[];
    readonly time?: Value;
    readonly order?: readonly OrderKey[];
    readonly duplicates?: 'drop' | 'keep';
    /** One row per ticket: which row counts where a ticket has several. */
    readonly keep?: 'first' | 'last';
    readonly ignore?: OneOrMany<Condition>;
  };
  readonly ticket: {
    readonly key: Value;
    readonly number?: Value;
    readonly opened?: Value;
    readonly subject?: Value;
    readonly body?: Value;
    readonly requester?: Value;
    readonly requesterName?: Value;
    readonly requesterEmail?: Value;
    readonly channel?: Value;
    readonly device?: Value;
    readonly locale?: Value;
    readonly department?: Value;
    readonly priority?: Value;
    readonly tags?: OneOrMany<Value>;
  };
  readonly actor?: OneOrMany<ActorAlternative>;
  readonly agentName?: Value;
  readonly bots?: OneOrMany<Scalar | { readonly matches: string }>;
  readonly state?: StateColumn;
  readonly moments?: readonly Moment[];
  readonly rules?: readonly Rule[];
}

/** One or many, as many. */
export const many = <T>(value: OneOrMany<T> | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? (value as readonly T[]) : [value as T];

/** Whether rows have times of their own; else a row is a whole ticket. */
export const hasRowTimes = ({ rows }: Mapping): boolean =>
  rows?.time !== undefined || rows?.lists?.some(({ time }) => time !== undefined) === true;
