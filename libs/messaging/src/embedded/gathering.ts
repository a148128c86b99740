import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { setTimeout as pauseFor } from 'node:timers/promises';

/** Share of its time that an event loop is at work, from which on it has no room. */
const fullFrom = 0.95;
/** A shorter look says little. One that took long, because nothing was read meanwhile, is of a process with room. */
const lookMs = 50;
const pauseMs = 4;

export interface GatheringOptions {
  /** For tests: as that of `performance`. */
  readonly utilization?: (since?: EventLoopUtilization) => EventLoopUtilization;
  readonly nowMs?: () => number;
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/**
 * A moment for more events to come, before a follower that was woken looks: what it receives is one batch, for itself
 * and for all who read it on, and a batch costs nearly the same for one event as for twenty. Only in a process whose
 * event loop is full: there what is saved comes back to those who wait, elsewhere they would wait for nothing.
 */
export class Gathering {
  private readonly utilization: (since?: EventLoopUtilization) => EventLoopUtilization;
  private readonly nowMs: () => number;
  private readonly sleep: (ms: number) => Promise<unknown>;
  private last: EventLoopUtilization;
  private lookedMs: number;
  private isFull = false;

  constructor({ utilization, nowMs, sleep = pauseFor }: GatheringOptions = {}) {
    this.sleep = sleep;
    this.utilization = utilization ?? ((since) => performance.eventLoopUtilization(since));
    this.nowMs = nowMs ?? (() => performance.now());
    this.last = this.utilization();
    this.lookedMs = this.nowMs();
  }

  /** 4 ms where the process is busy, else nothing. */
  async pause(): Promise<void> {
    this.look();
    if (this.isFull) await this.sleep(pauseMs);
  }

  private look(): void {
    if (this.nowMs() - this.lookedMs < lookMs) return;
    this.isFull = this.utilization(this.last).utilization >= fullFrom;
    this.last = this.utilization();
    this.lookedMs = this.nowMs();
  }
}
