import { Wake } from '@guichet/event-sourcing';

/** A loop's waiting place: `stop` ends every pause at once and for good. */
export class Pause {
  private readonly wake = new Wake();
  private readonly end = Promise.withResolvers<void>();
  private over = false;

  get stopped(): boolean {
    return this.over;
  }

  /** Resolves when it is stopped. */
  get ended(): Promise<void> {
    return this.end.promise;
  }

  stop(): void {
    this.over = true;
    this.wake.notify();
    this.end.resolve();
  }

  async wait(ms: number): Promise<void> {
    if (!this.over) await this.wake.wait(ms);
  }

  /** Waits for a notification of `other` since `seen`, the end of the time, or `stop`. */
  async waitFor(other: Wake, ms: number, seen: number): Promise<void> {
    if (!this.over) await Promise.race([other.wait(ms, seen), this.wake.wait(ms)]);
  }
}

/**
 * Milliseconds to wait before try number `attempt` (from 1): doubles from 100 ms to 2 s, with a fifth of jitter. Not
 * longer, because it comes on top of the absence of the broker or the database.
 */
export const backoffMs = (attempt: number, random = Math.random()): number =>
  Math.min(2_000, 100 * 2 ** Math.min(attempt - 1, 10)) * (0.8 + random * 0.4);
