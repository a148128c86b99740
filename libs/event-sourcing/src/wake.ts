/**
 * Tells readers of the same process that a log has grown, so that they need not poll. A hint, never a promise:
 * other processes append too, so whoever waits also polls.
 */
export class Wake {
  private readonly sleepers = new Set<() => void>();
  private notifications = 0;

  /** Counts the notifications so far; read it before looking at the log, and hand it to `wait`. */
  get seen(): number {
    return this.notifications;
  }

  notify(): void {
    this.notifications++;
    for (const rise of [...this.sleepers]) rise();
  }

  /** Answers at the next notification, at once if there has been one since `seen`, or after `timeoutMs`. */
  wait(timeoutMs: number, seen: number = this.notifications): Promise<void> {
    if (seen !== this.notifications) return Promise.resolve();
    return new Promise((resolve) => {
      const rise = () => {
        clearTimeout(timer);
        this.sleepers.delete(rise);
        resolve();
      };
      const timer = setTimeout(rise, timeoutMs);
      this.sleepers.add(rise);
    });
  }
}
