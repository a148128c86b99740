import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { RunnerObserver, RunnerState } from '../projection/projection.js';
import { Wake } from '../wake.js';
import { type Lease, Leases } from './leases.js';
import { retryPauseMs } from './retry-pause.js';

export interface LeaderWork {
  /** What the leader does until `signal` is aborted; returning earlier means: look again soon who leads. */
  lead(signal: AbortSignal, lease: Lease): Promise<void>;
  /** What a standby does for about `ms`, before it asks for the lease again. */
  follow(signal: AbortSignal, ms: number): Promise<void>;
}

const standbyMs = 500;
/** A leader that got this far has recovered: its next failure is a first one. */
const recoveredMs = 5000;

/** One replica works, the others stand by and take over when it goes; failures are retried without end, ever slower. */
export class LeaderLoop {
  /** Notified by `stop`: include it wherever the work waits. */
  readonly nudge = new Wake();
  private current: RunnerState = 'stopped';
  private stopping: AbortController | undefined;
  private running: Promise<void> = Promise.resolve();
  private settled: () => void = () => {};

  constructor(
    private readonly pool: pg.Pool,
    private readonly consumer: string,
    private readonly work: LeaderWork,
    private readonly observe: RunnerObserver,
  ) {}

  get state(): RunnerState {
    return this.current;
  }

  become(state: RunnerState): void {
    if (state !== 'stopped') this.settled();
    if (state === this.current) return;
    this.current = state;
    this.observe.state?.({ consumer: this.consumer, state });
  }

  /** Answers when it is known whether this replica leads (or when the first attempt failed: it goes on trying). */
  start(): Promise<void> {
    if (this.stopping) return Promise.resolve();
    this.stopping = new AbortController();
    const settled = new Promise<void>((resolve) => (this.settled = resolve));
    this.running = this.run(this.stopping.signal);
    return settled;
  }

  /** Answers when the work under way is done and the lease given back. */
  async stop(): Promise<void> {
    this.stopping?.abort();
    this.nudge.notify();
    await this.running;
    this.stopping = undefined;
  }

  private async run(stop: AbortSignal): Promise<void> {
    const leases = Leases.join(this.pool);
    for (let attempt = 1; !stop.aborted;) {
      const began = performance.now();
      try {
        const lease = await leases.tryAcquire(this.consumer);
        if (lease) await this.lead(lease, stop);
        else {
          this.become('standby');
          await this.work.follow(stop, standbyMs);
        }
        attempt = 1;
      } catch (error) {
        if (performance.now() - began > recoveredMs) attempt = 1;
        this.observe.failed?.({ consumer: this.consumer, error, attempt });
        this.settled();
        await this.rest(stop, retryPauseMs(attempt++));
      }
    }
    this.become('stopped');
    await leases.leave();
  }

  private async lead(lease: Lease, stop: AbortSignal): Promise<void> {
    try {
      await this.work.lead(AbortSignal.any([stop, lease.signal]), lease);
    } finally {
      await lease.release();
    }
    if (stop.aborted) return;
    // Not ours to lead now: the replica whose version it is must get the lease.
    if (this.current === 'outdated' || this.current === 'superseded') await this.work.follow(stop, standbyMs);
    else await this.rest(stop, 20 + Math.random() * 80);
  }

  private async rest(stop: AbortSignal, ms: number): Promise<void> {
    // Stopping cuts the rest short; that is the only way it can reject.
    await pause(ms, undefined, { signal: stop }).catch(() => {});
  }
}
