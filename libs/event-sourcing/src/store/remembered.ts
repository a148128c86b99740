interface Entry<Value> {
  readonly value: Value;
  readonly untilMs: number;
}

/** Answers that stay true, kept for a while so that they need not be asked for each time. */
export class Remembered<Value> {
  /** The oldest first. */
  private readonly entries = new Map<string, Entry<Value>>();

  /** Kept for `forMs`, `max` of them at most. */
  constructor(private readonly limits: { readonly forMs: number; readonly max: number }) {}

  get(key: string): Value | undefined {
    const entry = this.entries.get(key);
    if (!entry || entry.untilMs <= performance.now()) return undefined;
    return entry.value;
  }

  set(key: string, value: Value): void {
    this.entries.delete(key);
    if (this.entries.size >= this.limits.max) {
      const [oldest] = this.entries.keys();
      if (oldest !== undefined) this.entries.delete(oldest);
    }
    this.entries.set(key, { value, untilMs: performance.now() + this.limits.forMs });
  }

  delete(key: string): void {
    this.entries.delete(key);
  }

  clear(): void {
    this.entries.clear();
  }
}
