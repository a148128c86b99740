import type { FeedObserver } from '../feed-observer.js';

const repeatMs = 60_000;
/** No failure for so long, and the brokers answer: it is over. */
const quietMs = 5_000;

/**
 * The brokers' absence as one story, whichever of the many connections notices it: lost, still lost, back. kafkajs
 * tells each try of each connection.
 */
export class Outage {
  private since: number | undefined;
  private recoveredAt: number | undefined;
  private lastFailureAt = 0;
  private toldAt = 0;
  private readonly reasons = new Map<string, string>();

  constructor(
    private readonly observe: Pick<FeedObserver, 'brokersLost' | 'brokersBack'>,
    /** Milliseconds that only grow. */
    private readonly now: () => number = () => performance.now(),
  ) {}

  get isOn(): boolean {
    return this.since !== undefined;
  }

  /** @param broker its address, or what stands for all of them */
  failed(broker: string, reason: string): void {
    const now = this.now();
    const isFirst = this.since === undefined;
    this.since ??= now;
    this.lastFailureAt = now;
    this.recoveredAt = undefined;
    this.reasons.set(broker, reason);
    if (!isFirst && now - this.toldAt < repeatMs) return;
    this.toldAt = now;
    this.observe.brokersLost?.({ brokers: Object.fromEntries(this.reasons), seconds: this.secondsTo(now) });
  }

  /** The brokers have answered. */
  answered(): void {
    if (this.since === undefined) return;
    const now = this.now();
    this.recoveredAt ??= now;
    if (now - this.lastFailureAt < quietMs) return;
    this.observe.brokersBack?.(this.secondsTo(this.recoveredAt));
    this.since = undefined;
    this.reasons.clear();
  }

  private secondsTo(now: number): number {
    return Math.round((now - (this.since ?? now)) / 1000);
  }
}
