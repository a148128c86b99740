import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { rollBack, withClient } from '../database/sessions.js';
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
  /** The app role's pool: applies events. */
  readonly pool: pg.Pool;
  /** The owner role: creates and moves tables. */
  readonly ownerUrl: string;
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

  /** Creates the live tables of projections that have none yet. Call it after `migrate`, before the runners start. */
  async prepare(): Promise<void> {
    await this.asOwner(async (owner, appRole) => {
      // Several replicas start at once.
      await owner.query(`select pg_advisory_lock(hashtextextended('guichet/prepare', 0))`);
      for (const source of this.options.projections) {
        if (await readBuild(owner, consumerOf(source.projection), 'live')) continue;
        await inOneTransaction(owner, () => createEmptyBuild(owner, source, 'live', appRole));
      }
    });
  }

  /**
   * Rebuilds and swaps in every projection whose live tables are of an older version than this code. Several replicas
   * may call it: one works, the others answer when it is done.
   */
  async upgrade(options: RebuildOptions = {}): Promise<void> {
    for (const source of this.options.projections) {
      while (await this.isOutdated(source)) {
        try {
          await this.exclusively(source.projection.name, async (owner, appRole) => {
            if (!(await this.isOutdated(source))) return;
            await this.buildNext(owner, appRole, source, options);
            await swapIn(this.options.pool, owner, source);
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
    await this.exclusively(name, (owner, appRole) => this.buildNext(owner, appRole, source, options));
  }

  /** Compares what was rebuilt with the live tables, at the same positions. */
  compare(name: string): Promise<Comparison> {
    const { pool, ownerUrl } = this.options;
    return this.exclusively(name, () => compareBuilds(pool, ownerUrl, this.source(name)));
  }

  /** Makes what was rebuilt the live tables, without a gap for readers; the ones of before are kept for `rollback`. */
  async swap(name: string): Promise<void> {
    await this.exclusively(name, (owner) => swapIn(this.options.pool, owner, this.source(name)));
  }

  /** Exchanges the live tables and the ones of before the last swap; those catch up from where they were left. */
  async rollback(name: string): Promise<void> {
    await this.exclusively(name, (owner) => swapBack(owner, this.source(name).projection));
  }

  /** Proves the live tables: rebuilds this version, compares, and removes the rebuilt tables again. */
  verify(name: string, options: RebuildOptions = {}): Promise<Comparison> {
    const { pool, ownerUrl } = this.options;
    const source = this.source(name);
    return this.exclusively(name, async (owner, appRole) => {
      try {
        await this.buildNext(owner, appRole, source, options);
        return await compareBuilds(pool, ownerUrl, source);
      } finally {
        await inOneTransaction(owner, () => removeBuild(owner, source.projection, 'next'));
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

  private async buildNext(
    owner: pg.Client,
    appRole: string,
    source: ProjectionSource,
    options: RebuildOptions,
  ): Promise<void> {
    await inOneTransaction(owner, () => createEmptyBuild(owner, source, 'next', appRole));
    await catchUp(this.options.pool, source, undefined, { observe: this.options.observe, ...options });
  }

  private source(name: string): ProjectionSource {
    const source = this.options.projections.find(({ projection }) => projection.name === name);
    if (!source) throw new RangeError(`There is no projection ${name}.`);
    return source;
  }

  private async exclusively<T>(name: string, work: (owner: pg.Client, appRole: string) => Promise<T>): Promise<T> {
    const leases = Leases.join(this.options.pool);
    try {
      const lease = await leases.tryAcquire(`projection-admin/${name}`);
      if (!lease) throw new OperationUnderWay(`Another operation on the projection ${name} is under way.`);
      try {
        return await this.asOwner(work);
      } finally {
        await lease.release();
      }
    } finally {
      await leases.leave();
    }
  }

  private async asOwner<T>(work: (owner: pg.Client, appRole: string) => Promise<T>): Promise<T> {
    const { rows } = await this.options.pool.query<{ role: string }>('select current_user as role');
    return withClient(this.options.ownerUrl, (owner) => work(owner, rows[0]?.role ?? ''));
  }
}

async function inOneTransaction(owner: pg.Client, work: () => Promise<void>): Promise<void> {
  await owner.query('begin');
  try {
    await work();
    await owner.query('commit');
  } catch (error) {
    await rollBack(owner);
    throw error;
  }
}
