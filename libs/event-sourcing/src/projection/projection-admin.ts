import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { inOneTransaction, withSession } from '../database/sessions.js';
import type { PolicyRunner } from '../policy-runner.js';
import { readBuild, type Slot } from '../runner/checkpoints.js';
import { Leases } from '../runner/leases.js';
import {
  listParked,
  listParkedEvents,
  type ParkedEvent,
  type ParkedStream,
  type Replayable,
  type ReplayResult,
  replayStream,
} from '../runner/parked-streams.js';
import { type Comparison, compareBuilds } from './compare.js';
import { type ConsumerLag, lagsOf } from './consumer-lags.js';
import { consumerOf } from './projection-build.js';
import type { RunnerObserver } from './projection.js';
import { catchUp, createEmptyBuild, type ProjectionSource, type RebuildOptions, removeBuild } from './rebuild.js';
import { replayableProjection } from './replayable-projection.js';
import { swapBack, swapIn } from './swap.js';
import { type ChainReport, verifyChain } from '../verify-chain.js';

export interface ProjectionAdminOptions {
  /** The app role's pool. `prepareReadModels` has stored by which statements its tables are made. */
  readonly pool: pg.Pool;
  readonly projections: readonly ProjectionSource[];
  readonly policies?: readonly PolicyRunner[];
  readonly observe?: RunnerObserver;
}

export interface ProjectionStatus {
  readonly name: string;
  /** Of this code; the live tables may be of another version. */
  readonly codeVersion: number;
  readonly slots: readonly SlotStatus[];
}

export interface SlotStatus {
  readonly slot: Slot;
  readonly version: number;
  /** By log. */
  readonly positions: Readonly<Record<string, number>>;
}

/** One operation per projection at a time: try again when the other is done. */
export class OperationUnderWay extends Error {
  override readonly name = 'OperationUnderWay';
}

/**
 * What an operator does to the projections of one service, from any process; one operation per projection at a time.
 */
export class ProjectionAdmin {
  private upToDate = false;

  constructor(private readonly options: ProjectionAdminOptions) {}

  /** Whether no live tables are of an older version than this code: those may lack what it reads. */
  async isUpToDate(): Promise<boolean> {
    if (this.upToDate) return true;
    for (const source of this.options.projections) if (await this.isOutdated(source)) return false;
    this.upToDate = true;
    return true;
  }

  /**
   * Rebuilds and swaps in every projection whose live tables are of an older version than this code. Several replicas
   * may call it: one works, the others answer when it is done.
   */
  async upgrade(options: RebuildOptions = {}): Promise<void> {
    for (const source of this.options.projections) {
      while (await this.isOutdated(source)) {
        try {
          await this.exclusively(source.projection.name, async (session) => {
            if (!(await this.isOutdated(source))) return;
            await this.buildNext(session, source, options);
            await swapIn(this.options.pool, session, source);
          });
        } catch (error) {
          if (!(error instanceof OperationUnderWay)) throw error;
          await pause(500, undefined, { signal: options.signal });
        }
      }
    }
  }

  status(): Promise<ProjectionStatus[]> {
    const statusOf = async ({ projection }: ProjectionSource) => {
      const slots: SlotStatus[] = [];
      for (const slot of ['live', 'next', 'previous'] as const) {
        const build = await readBuild(this.options.pool, consumerOf(projection), slot);
        if (!build) continue;
        const positions = Object.fromEntries([...build.lanes].map(([log, { position }]) => [log, position]));
        slots.push({ slot, version: build.version, positions });
      }
      return { name: projection.name, codeVersion: projection.version, slots };
    };
    return Promise.all(this.options.projections.map(statusOf));
  }

  /** Builds this code's version from the beginning of the logs, beside the live one; answers when it has caught up. */
  async rebuild(name: string, options: RebuildOptions = {}): Promise<void> {
    const source = this.source(name);
    await this.exclusively(name, (session) => this.buildNext(session, source, options));
  }

  /** Compares what was rebuilt with the live tables, at the same positions. */
  compare(name: string): Promise<Comparison> {
    return this.exclusively(name, () => compareBuilds(this.options.pool, this.source(name)));
  }

  /** Makes what was rebuilt the live tables, without a gap for readers; the ones of before are kept for `rollback`. */
  async swap(name: string): Promise<void> {
    await this.exclusively(name, (session) => swapIn(this.options.pool, session, this.source(name)));
  }

  /** Exchanges the live tables and the ones of before the last swap; those catch up from where they were left. */
  async rollback(name: string): Promise<void> {
    await this.exclusively(name, (session) => swapBack(session, this.source(name).projection));
  }

  /** Proves the live tables: rebuilds this version, compares, and removes the rebuilt tables again. */
  verify(name: string, options: RebuildOptions = {}): Promise<Comparison> {
    const source = this.source(name);
    return this.exclusively(name, async (session) => {
      try {
        await this.buildNext(session, source, options);
        return await compareBuilds(this.options.pool, source);
      } finally {
        await inOneTransaction(session, () => removeBuild(session, source.projection, 'next'));
      }
    });
  }

  /** How far the live build of each projection and each policy is behind each of its logs. */
  lags(): Promise<ConsumerLag[]> {
    const { pool, projections, policies = [] } = this.options;
    return lagsOf(pool, projections, policies);
  }

  /** The streams projections and policies have left aside. */
  parked(): Promise<ParkedStream[]> {
    return listParked(this.options.pool);
  }

  /** The events of one parked stream, in order. */
  parkedEvents(stream: Pick<ParkedStream, 'tenantId' | 'streamId'>): Promise<ParkedEvent[]> {
    return listParkedEvents(this.options.pool, stream);
  }

  /** Tries a parked stream again, wherever it is parked; what still fails stays parked, with the new reason. */
  replay(streamId: string, tenantId?: string): Promise<ReplayResult[]> {
    return this.again(streamId, tenantId, false);
  }

  /** Gives up the event that fails, for this version and for ever, and tries what waits behind it. */
  discard(streamId: string, tenantId?: string): Promise<ReplayResult[]> {
    return this.again(streamId, tenantId, true);
  }

  /** Follows the chains of the logs of this database: what was stored, and nothing else, stands there. */
  async verifyLogs(): Promise<ChainReport[]> {
    const reports: ChainReport[] = [];
    for (const log of ['own', 'received'] as const) {
      const report = await verifyChain(this.options.pool, log);
      if (report) reports.push(report);
    }
    return reports;
  }

  /**
   * Ids of streams are unique within their tenant: where several have parked one of this id, its tenant must be named.
   */
  private async again(streamId: string, tenantId: string | undefined, discard: boolean): Promise<ReplayResult[]> {
    const results: ReplayResult[] = [];
    const ofId = (await this.parked()).filter(
      (parked) => parked.streamId === streamId && (tenantId === undefined || parked.tenantId === tenantId),
    );
    if (ofId.some((parked) => parked.tenantId !== ofId[0]?.tenantId))
      throw new RangeError(`Several tenants have parked a stream ${streamId}: name the tenant.`);
    for (const parked of ofId) {
      const consumer = this.replayables().find((candidate) => candidate.consumer === parked.consumer);
      if (!consumer) continue;
      results.push(await replayStream(this.options.pool, consumer, parked, discard));
    }
    return results;
  }

  private replayables(): Replayable[] {
    const { projections, policies = [] } = this.options;
    return [
      ...projections.map(replayableProjection),
      ...policies.map((policy) => ({
        consumer: policy.consumer,
        version: 1,
        logs: [policy.log],
        begin: 'begin',
        redo: (event: Parameters<PolicyRunner['redo']>[0]) => policy.redo(event),
      })),
    ];
  }

  private async isOutdated({ projection }: ProjectionSource): Promise<boolean> {
    const live = await readBuild(this.options.pool, consumerOf(projection), 'live');
    return live !== undefined && live.version < projection.version;
  }

  private async buildNext(session: pg.Client, source: ProjectionSource, options: RebuildOptions): Promise<void> {
    await inOneTransaction(session, () => createEmptyBuild(session, source));
    await catchUp(this.options.pool, source, undefined, { observe: this.options.observe, ...options });
  }

  private source(name: string): ProjectionSource {
    const source = this.options.projections.find(({ projection }) => projection.name === name);
    if (!source) throw new RangeError(`There is no projection ${name}.`);
    return source;
  }

  private async exclusively<T>(name: string, work: (session: pg.Client) => Promise<T>): Promise<T> {
    const leases = Leases.join(this.options.pool);
    try {
      const lease = await leases.tryAcquire(`projection-admin/${name}`);
      if (!lease) throw new OperationUnderWay(`Another operation on the projection ${name} is under way.`);
      try {
        return await withSession(this.options.pool, work);
      } finally {
        await lease.release();
      }
    } finally {
      await leases.leave();
    }
  }
}
