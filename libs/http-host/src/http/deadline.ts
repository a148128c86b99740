/** A moment until which everything done for one request may wait: what one wait has used up is gone for the next. */
export class Deadline {
  private readonly atMs: number;

  /** @param now milliseconds of a clock that never goes back. */
  constructor(
    forMs: number,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.atMs = now() + forMs;
  }

  /** What is left, ms; 0 once it has passed. */
  get leftMs(): number {
    return Math.max(0, this.atMs - this.now());
  }
}
