import type { LogReader } from '../log-reader.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { Projection } from './projection.js';

/** A replica that has fallen behind by more than this tells its listeners only the end of what they missed. */
const maxMissed = 5000;

/**
 * Calls `afterCommit` in this process for what has been applied, wherever that happened: listeners (live streams) hang
 * on every replica, while only one of them runs the projection.
 */
export class Announcer {
  private readonly announced = new Map<string, number>();

  constructor(
    private readonly projection: Projection,
    private readonly logs: readonly LogReader[],
    private readonly failed: (error: unknown) => void,
  ) {}

  /** After a batch of this process, which ends at `position`. */
  applied(log: string, position: number, events: readonly RecordedEvent[], outcome: unknown): void {
    this.announced.set(log, position);
    if (events.length > 0) this.tell(events, outcome);
  }

  /** Another process (or an operator) has brought `log` to `position`; the first call only takes note. */
  async catchUp(log: string, position: number): Promise<void> {
    const announced = this.announced.get(log) ?? position;
    this.announced.set(log, position);
    const reader = this.logs.find(({ name }) => name === log);
    if (!this.projection.afterCommit || !reader || position <= announced) return;
    const from = Math.max(announced, position - maxMissed);
    const events = await reader.read(from, position - from);
    if (events.length > 0) this.tell(events, undefined);
  }

  private tell(events: readonly RecordedEvent[], outcome: unknown): void {
    try {
      this.projection.afterCommit?.(events, outcome);
    } catch (error) {
      // What listeners do with the news must not undo what is committed.
      this.failed(error);
    }
  }
}
