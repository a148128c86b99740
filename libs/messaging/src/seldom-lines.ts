const repeatMs = 60_000;
/** Different lines that are remembered. */
const maxLines = 200;

/** Lets a line of the log through once a minute. Pure but for the time. */
export class SeldomLines {
  private readonly lines = new Map<string, { readonly atMs: number; suppressed: number }>();

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** How often the line was held back since it was let through last; undefined where it is held back now. */
  told(line: string): number | undefined {
    const nowMs = this.now();
    const before = this.lines.get(line);
    if (before && nowMs - before.atMs < repeatMs) {
      before.suppressed += 1;
      return undefined;
    }
    if (this.lines.size >= maxLines) this.lines.clear();
    this.lines.set(line, { atMs: nowMs, suppressed: 0 });
    return before?.suppressed ?? 0;
  }
}
