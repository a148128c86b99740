import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import type { LogReader } from '../log-reader.js';
import type { RecordedEvent } from '../recorded-event.js';
import { type Build, readBuild } from '../runner/checkpoints.js';
import { lagOf } from '../runner/lag.js';
import { LeaderLoop } from '../runner/leader-loop.js';
import type { Lease } from '../runner/leases.js';
import { Gathered } from '../store/gathered.js';
import { Wake } from '../wake.js';
import { Announcer } from './announcer.js';
import { PageReader } from './page-reader.js';
import { ProjectionBuild, consumerOf } from './projection-build.js';
import type { Projection, ProjectionLag, RunnerObserver, RunnerState } from './projection.js';

export interface ProjectionRunnerOptions {
  /** The app role's pool; one connection of it while a batch is applied. */
  readonly pool: pg.Pool;
  readonly projection: Projection;
  readonly logs: readonly LogReader[];
  /** Events in one transaction at most. Default 10,000. */
  readonly batchSize?: number;
  /** How often to look for events that other processes appended. Default 50. */
  readonly pollMs?: number;
  readonly observe?: RunnerObserver;
}

/** How often a leader without work looks whether a swap, a rollback or an operator changed what it leads. */
const recheckMs = 500;

/**
 * Keeps the live tables of a projection up to date. Of several replicas one is active; the compare-and-set of the
 * checkpoint keeps two that both believe so from applying anything twice.
 */
export class ProjectionRunner {
  private readonly options: ProjectionRunnerOptions;
  private readonly consumer: string;
  private readonly loop: LeaderLoop;
  private readonly build: ProjectionBuild;
  private readonly announcer: Announcer;
  private readonly progress = new Wake();
  /** Where the live tables stand: one look answers all who wait for the same batch. */
  private readonly looks: Gathered<undefined, Build | undefined>;

  constructor(options: ProjectionRunnerOptions) {
    const { pool, projection, logs, observe = {} } = options;
    this.options = options;
    this.consumer = consumerOf(projection);
    const names = logs.map(({ name }) => name);
    this.build = new ProjectionBuild(pool, projection, 'live', names, observe);
    this.announcer = new Announcer(projection, logs, (error) => this.report(error));
    const work = {
      lead: (signal: AbortSignal, lease: Lease) => this.lead(signal, lease),
      follow: (signal: AbortSignal, ms: number) => this.follow(signal, ms),
    };
    this.loop = new LeaderLoop(pool, this.consumer, work, observe);
    const look = async (asked: readonly undefined[]) => {
      const live = await readBuild(pool, this.consumer, 'live');
      return asked.map(() => live);
    };
    this.looks = new Gathered({ maxTogether: 1_000, maxUnderWay: 1, ask: look });
  }

  get state(): RunnerState {
    return this.loop.state;
  }

  /**
   * Answers when it is known whether this replica is the active one. The tables must exist: ProjectionAdmin.prepare.
   */
  start(): Promise<void> {
    return this.loop.start();
  }

  /** Answers when the batch under way is committed. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  /**
   * True as soon as the live tables contain the event at `position` of `log`, false if that takes longer. The database
   * is asked in the end: an operator may have put older tables back a moment ago, which a leader notices later.
   */
  async waitFor(log: string, position: number, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const { seen } = this.progress;
      const isActive = this.state === 'active';
      if (!isActive || this.build.position(log) >= position) {
        const live = await this.looks.ask(undefined);
        if ((live?.lanes.get(log)?.position ?? -1) >= position) return true;
      }
      const leftMs = deadline - performance.now();
      if (leftMs <= 0) return false;
      await (isActive ? this.progress.wait(Math.min(leftMs, 100), seen) : pause(Math.min(leftMs, 10)));
    }
  }

  /** How far the live tables are behind, by log; works on every replica. */
  async lag(): Promise<ProjectionLag[]> {
    return lagOf(await readBuild(this.options.pool, this.consumer, 'live'), this.options.logs);
  }

  private async lead(signal: AbortSignal, lease: Lease): Promise<void> {
    if (!(await this.take())) return;
    const { logs, batchSize = 10_000, pollMs = 50 } = this.options;
    const pages = new PageReader(batchSize);
    let checked = performance.now();
    while (!signal.aborted) {
      const seen = logs.map(({ wake }) => wake.seen);
      const { seen: nudged } = this.loop.nudge;
      let hasMore = false;
      for (const log of logs) {
        const { events, ...page } = await pages.read(log, this.build.position(log.name));
        hasMore ||= page.hasMore;
        if (events.length === 0) continue;
        if (!(await this.apply(log.name, events))) {
          // Somebody else moved it: a swap, a replay, or a replica that has taken over.
          await lease.verify();
          return;
        }
      }
      if (hasMore) continue;
      const waits = logs.map(({ wake }, i) => wake.wait(pollMs, seen[i]));
      await Promise.race([...waits, this.loop.nudge.wait(pollMs, nudged)]);
      if (performance.now() - checked > recheckMs) {
        if (!(await this.isStillOurs())) return;
        checked = performance.now();
      }
    }
  }

  /** True if the live tables are of this code's version, and this replica may write them now. */
  private async take(): Promise<boolean> {
    const { projection } = this.options;
    const live = await this.build.look();
    if (!live) throw new Error(`The projection ${projection.name} has no tables: prepare it first.`);
    if (live.version !== projection.version) {
      this.loop.become(live.version < projection.version ? 'outdated' : 'superseded');
      return false;
    }
    for (const [log, { position }] of live.lanes) await this.announcer.catchUp(log, position);
    this.loop.become('active');
    this.progress.notify();
    return true;
  }

  private async apply(log: string, events: readonly RecordedEvent[]): Promise<boolean> {
    const started = performance.now();
    const applied = await this.build.apply(log, events);
    if (!applied) return false;
    const position = this.build.position(log);
    this.progress.notify();
    for (const part of applied) this.announcer.applied(log, position, part.events, part.outcome);
    const seconds = (performance.now() - started) / 1000;
    this.options.observe?.batch?.({ consumer: this.consumer, log, events: events.length, position, seconds });
    return true;
  }

  private async isStillOurs(): Promise<boolean> {
    const live = await readBuild(this.options.pool, this.consumer, 'live');
    return this.build.agreesWith(live);
  }

  /** A standby tells the listeners of this process what the active replica has applied. */
  private async follow(signal: AbortSignal, ms: number): Promise<void> {
    const deadline = performance.now() + ms;
    while (!signal.aborted && performance.now() < deadline) {
      const { seen } = this.loop.nudge;
      const live = await readBuild(this.options.pool, this.consumer, 'live');
      for (const [log, { position }] of live?.lanes ?? []) await this.announcer.catchUp(log, position);
      await this.loop.nudge.wait(this.options.projection.afterCommit ? 100 : ms, seen);
    }
  }

  private report(error: unknown): void {
    this.options.observe?.failed?.({ consumer: this.consumer, error, attempt: 1 });
  }
}
