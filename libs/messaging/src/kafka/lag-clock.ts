/** How many growths of a partition's end are remembered. */
const maxSamples = 500;

/**
 * For how long a reader has been behind the end of a partition, by what was seen of that end. A record's own time
 * says when it happened, which may be years ago for imports, so it is no measure. Pure but for the time it is told.
 */
export class LagClock {
  /** End offsets, growing, with the time at which each was seen first. */
  private samples: { readonly end: number; readonly atMs: number }[] = [];

  /** The partition ended at `end` at this time. */
  sawEnd(end: number, atMs: number): void {
    const last = this.samples.at(-1);
    if (last && end < last.end) this.samples = []; // another topic of the same name
    if (last?.end === end) return;
    this.samples.push({ end, atMs });
    if (this.samples.length > maxSamples) this.samples = this.samples.filter((_, i) => i % 2 === 0);
  }

  /** Seconds for which the oldest record from `cursor` on has been known to wait; 0 where none waits. */
  secondsBehind(cursor: number, nowMs: number): number {
    this.samples = this.samples.filter(({ end }, i) => end > cursor || i === this.samples.length - 1);
    const [oldest] = this.samples;
    return oldest && oldest.end > cursor ? Math.max(0, (nowMs - oldest.atMs) / 1000) : 0;
  }
}
