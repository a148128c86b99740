import type { LiveEvent } from '@guichet/http-host';

/** Does a piece of work when it is its turn, and answers what came of it. */
export type Turn = <Result>(work: () => Promise<Result>) => Promise<Result>;

export interface News<State> {
  readonly state: State;
  readonly events: readonly LiveEvent[];
}

/**
 * A question whose answer is told as it changes. It is looked at once for all who ask it, however many they are.
 * Events say how things are, not what happened: none is missing, and one may come twice unless `includes` says so.
 */
export interface LiveView<State> {
  readonly tenantId: string;
  /** The question together with the rights it is asked with: whoever has the same key is told the same. */
  readonly key: string;
  /** Least time between two looks, ms; what changes meanwhile is told together. 0 if not given. */
  readonly everyMs?: number;
  /** How long a burst of changes is waited for before a look, ms. 0 if not given. */
  readonly settleMs?: number;
  /** Calls `changed` whenever the answer may be another one; answers what ends that. */
  listen(changed: () => void): () => void;
  /** How things stand when the first client comes. What it throws becomes the answer to the request. */
  begin(turn: Turn): Promise<State>;
  /** What has changed since then; undefined where nothing has. What it throws ends the streams. */
  news(state: State, turn: Turn): Promise<News<State> | undefined>;
  /**
   * What a client has to be told that has just come, or has come back after it saw `lastEventId`. May be older than
   * `state`, never newer than what `news` has told or will tell.
   */
  welcome(state: State, lastEventId: string | undefined, turn: Turn): Promise<readonly LiveEvent[]>;
  /**
   * Whether a client that was told everything up to the id `told` knows everything up to `id`. `welcome` may tell what
   * `news` comes to later: with this, such a client is not told it again.
   */
  includes?(told: string, id: string): boolean;
}
