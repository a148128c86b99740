/** One process of the product that can be killed and started again. */
export interface Part {
  /** `intake 1`, `postgres`, … */
  readonly name: string;
  /** What it is one of: `intake`, `postgres`, … */
  readonly kind: string;
  /** kill -9, and the end of the process. */
  kill(): Promise<void>;
  /** Answers once it runs again, or at least has been started. */
  restart(): Promise<void>;
  /** Ends it for good. */
  stop(): Promise<void>;
  /** Everything it has said, for finding out what went wrong. */
  log(): Promise<string>;
}
