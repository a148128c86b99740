/** Answers after which a measurement is forgotten, at least. */
const remembered = 32;

/**
 * How long the disk takes for a commit, from the answers of one connection: what is left of the time until the answer when the
 * server's own work is taken away. That is at most what it seems: it may have waited for a processor, here or there. So the
 * quickest of the recent ones counts.
 */
export class FlushTime {
  private lastAnswerAt = 0;
  private answers = 0;
  private quickest = Infinity;
  private quickestBefore = Infinity;

  /** Milliseconds; 0 before the first. */
  get ms(): number {
    const ms = Math.min(this.quickest, this.quickestBefore);
    return ms === Infinity ? 0 : ms;
  }

  /**
   * To be called at an answer.
   * @param sentAt by `performance.now()`. The server began then, or where it was still at the batch before, after that one's answer.
   * @param workMs of the server, without the commit; undefined where it is not known.
   */
  observe(sentAt: number, workMs: number | undefined, now = performance.now()): void {
    const began = Math.max(sentAt, this.lastAnswerAt);
    this.lastAnswerAt = now;
    if (workMs === undefined) return;
    this.quickest = Math.min(this.quickest, Math.max(0, now - began - workMs));
    if (++this.answers < remembered) return;
    this.answers = 0;
    this.quickestBefore = this.quickest;
    this.quickest = Infinity;
  }
}
