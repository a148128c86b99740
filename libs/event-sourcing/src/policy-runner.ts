import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { isNotTheEventsFault } from './database/postgres-errors.js';
import { inTransaction } from './database/sessions.js';
import { StoreOverloaded } from './errors.js';
import type { LogReader } from './log-reader.js';
import { setAside } from './projection/projection-build.js';
import type { ProjectionLag, RunnerObserver, RunnerState } from './projection/projection.js';
import type { RecordedEvent } from './recorded-event.js';
import { advance, advanceAlone, type Build, createBuild, type Lane, readBuild } from './runner/checkpoints.js';
import { lagOf } from './runner/lag.js';
import { LeaderLoop } from './runner/leader-loop.js';
import type { Lease } from './runner/leases.js';
import {
  park,
  type Parked,
  ParkedStreams,
  type Parking,
  readParked,
  reasonOf,
  refuseBroken,
  streamKey,
} from './runner/parking.js';
import { Wake } from './wake.js';

export interface PolicyRunnerOptions {
  /** The app role's pool. */
  readonly pool: pg.Pool;
  /** kebab-case, for ever. */
  readonly name: string;
  readonly log: LogReader;
  /**
   * Called at least once per event, the events of a stream in order, different streams side by side. Make it
   * idempotent: derive the command's id from the event's, e.g. uuid5(event.eventId, name). An error that comes back
   * parks the stream.
   */
  readonly handle: (event: RecordedEvent) => Promise<void>;
  /** Streams worked on at the same time: what they append at once is one batch. Default 32. */
  readonly concurrency?: number;
  /** Events between two checkpoints at most. Default 200. */
  readonly batchSize?: number;
  /** How often to look for events that other processes appended. Default 50. */
  readonly pollMs?: number;
  readonly observe?: RunnerObserver;
}

/** Where the policy stands, as it was read when it became the leader. */
interface Place {
  readonly of: { readonly consumer: string; readonly build: string; readonly version: number; readonly log: string };
  readonly lane: Lane;
  readonly parked: Parked;
}

const attempts = 5;
const maxPauseMs = 5000;

/** Follows a log and sends commands: the checkpoint moves after the work. One replica is active at a time. */
export class PolicyRunner {
  /** As it is called in checkpoints, metrics and lists of parked streams. */
  readonly consumer: string;
  readonly log: LogReader;
  private readonly loop: LeaderLoop;
  private readonly progress = new Wake();
  private position = -1;

  constructor(private readonly options: PolicyRunnerOptions) {
    this.consumer = `policy/${options.name}`;
    this.log = options.log;
    const lead = (signal: AbortSignal, lease: Lease) => this.lead(signal, lease);
    const follow = async (_signal: AbortSignal, ms: number) => this.loop.nudge.wait(ms);
    this.loop = new LeaderLoop(options.pool, this.consumer, { lead, follow }, options.observe ?? {});
  }

  get state(): RunnerState {
    return this.loop.state;
  }

  /** Answers when it is known whether this replica is the active one. A new policy begins at the log's beginning. */
  start(): Promise<void> {
    return this.loop.start();
  }

  /** Answers when the events under way are handled; those not begun come again. */
  stop(): Promise<void> {
    return this.loop.stop();
  }

  /** True as soon as every event up to `position` has been handled (or parked), false if that takes longer. */
  async waitFor(position: number, timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      const { seen } = this.progress;
      const leftMs = deadline - performance.now();
      const active = this.state === 'active';
      const reached = active ? this.position : await this.storedPosition();
      if (reached >= position) return true;
      if (leftMs <= 0) return false;
      await (active ? this.progress.wait(Math.min(leftMs, 100), seen) : pause(Math.min(leftMs, 10)));
    }
  }

  async lag(): Promise<ProjectionLag[]> {
    return lagOf(await readBuild(this.options.pool, this.consumer, 'live'), [this.log]);
  }

  /** Handles one event outside the order of the log: for an operator's replay of what was parked. */
  async redo(event: RecordedEvent): Promise<void> {
    await this.options.handle(event);
  }

  private async storedPosition(): Promise<number> {
    const build = await readBuild(this.options.pool, this.consumer, 'live');
    return build?.lanes.get(this.log.name)?.position ?? -1;
  }

  private async lead(signal: AbortSignal, lease: Lease): Promise<void> {
    const { pool, batchSize = 200, pollMs = 50 } = this.options;
    const build = await this.build();
    const lane = build.lanes.get(this.log.name);
    if (!lane) throw new Error(`The policy ${this.options.name} has followed another log.`);
    const of = { consumer: this.consumer, build: build.build, version: build.version, log: this.log.name };
    const parked = await readParked(pool, of);
    this.position = lane.position;
    this.loop.become('active');
    while (!signal.aborted) {
      const { seen } = this.log.wake;
      const { seen: nudged } = this.loop.nudge;
      const { events, hasMore } = await this.log.readPage(this.position, batchSize);
      if (events.length > 0 && !(await this.work(events, { of, lane, parked }, signal))) {
        // An operator has replayed or discarded, or another replica has taken over: look again.
        if (!signal.aborted) await lease.verify();
        return;
      }
      if (!hasMore) await Promise.race([this.log.wake.wait(pollMs, seen), this.loop.nudge.wait(pollMs, nudged)]);
    }
  }

  /** False if the policy is being stopped, or the checkpoint was moved by somebody else. */
  private async work(
    events: readonly RecordedEvent[],
    { of, lane, parked }: Place,
    signal: AbortSignal,
  ): Promise<boolean> {
    const started = performance.now();
    const parkings: Parking[] = [];
    const flowing = setAside(events, parked, parkings);
    if (!(await this.handleAll(flowing, parkings, signal))) return false;
    await this.refuseTooMany(parked.streams, parkings);
    const position = this.position + events.length;
    if (!(await this.advance(of, { position: this.position, revision: lane.revision }, position, parkings)))
      return false;
    for (const { event } of parkings) parked.streams.add(event);
    this.position = position;
    this.progress.notify();
    const seconds = (performance.now() - started) / 1000;
    this.options.observe?.batch?.({ consumer: this.consumer, log: of.log, events: events.length, position, seconds });
    return true;
  }

  private async build(): Promise<Build> {
    const { pool } = this.options;
    await createBuild(pool, { consumer: this.consumer, slot: 'live', version: 1, tables: [], logs: [this.log.name] });
    const build = await readBuild(pool, this.consumer, 'live');
    if (!build) throw new Error(`The policy ${this.options.name} could not be registered.`);
    return build;
  }

  private async advance(of: Place['of'], lane: Lane, to: number, parkings: readonly Parking[]): Promise<boolean> {
    if (parkings.length === 0) return advanceAlone(this.options.pool, { ...of, slot: 'live', lane, to });
    return inTransaction(this.options.pool, 'begin', async (client) => {
      const moved = await advance(client, { ...of, slot: 'live', lane, to });
      if (moved) await park(client, of, parkings);
      return moved;
    });
  }

  /** False if stopped before all were handled. */
  private async handleAll(
    events: readonly RecordedEvent[],
    parkings: Parking[],
    signal: AbortSignal,
  ): Promise<boolean> {
    const streams = [...Map.groupBy(events, streamKey).values()];
    const worker = async () => {
      for (let stream = streams.pop(); stream && !signal.aborted; stream = streams.pop()) {
        await this.handleStream(stream, parkings, signal);
      }
    };
    // Taken from the end: the oldest first.
    streams.reverse();
    await Promise.all(Array.from({ length: this.options.concurrency ?? 32 }, worker));
    return !signal.aborted;
  }

  private async handleStream(
    events: readonly RecordedEvent[],
    parkings: Parking[],
    signal: AbortSignal,
  ): Promise<void> {
    for (const [i, event] of events.entries()) {
      const reason = await this.handle(event, signal);
      if (signal.aborted) return;
      if (reason === undefined) continue;
      parkings.push({ event, reason }, ...events.slice(i + 1).map((follower) => ({ event: follower })));
      const { streamId, position } = event;
      this.options.observe?.parked?.({ consumer: this.consumer, log: this.log.name, streamId, position, reason });
      return;
    }
  }

  /** Why the event cannot be handled; nothing if it was, or the policy is being stopped. */
  private async handle(event: RecordedEvent, signal: AbortSignal): Promise<string | undefined> {
    for (let attempt = 1, tries = 1; !signal.aborted; attempt++) {
      try {
        await this.options.handle(event);
        return undefined;
      } catch (error) {
        this.options.observe?.failed?.({ consumer: this.consumer, log: this.log.name, error, attempt });
        const passing = isNotTheEventsFault(error) || error instanceof StoreOverloaded;
        if (!passing && tries++ === attempts) return reasonOf(error);
      }
      // Stopping cuts the pause short; that is the only way it can reject.
      await pause(Math.min(maxPauseMs, 20 * 2 ** attempt), undefined, { signal }).catch(() => {});
    }
    return undefined;
  }

  private async refuseTooMany(parked: ParkedStreams, parkings: readonly Parking[]): Promise<void> {
    const aside = new ParkedStreams(parked);
    const bad = parkings.filter(({ reason }) => reason).map(({ event }) => event);
    for (const event of bad) aside.add(event);
    for (const tenantId of new Set(bad.map((event) => event.tenantId)))
      await refuseBroken(this.options.pool, { consumer: this.consumer, log: this.log.name, tenantId }, aside);
  }
}
