import type pg from 'pg';
import { BuildMissing } from '../errors.js';
import type { LogReader } from '../log-reader.js';
import { type Build, createBuild, readBuild, type Slot } from '../runner/checkpoints.js';
import { PageReader } from './page-reader.js';
import { consumerOf, ProjectionBuild } from './projection-build.js';
import type { Projection, RunnerObserver } from './projection.js';
import { createNextTables, dropTables } from './read-model-tables.js';

/** A projection, and the logs it is folded from. */
export interface ProjectionSource {
  readonly projection: Projection;
  readonly logs: readonly LogReader[];
}

export interface Progress {
  readonly log: string;
  readonly position: number;
  readonly head: number;
}

export interface RebuildOptions {
  readonly onProgress?: (progress: Progress) => void;
  /** Events in one transaction at most. Default 5,000: the service goes on answering in between. */
  readonly batchSize?: number;
  readonly observe?: RunnerObserver;
  /** Stops after the batch under way, with an AbortError; what is built so far is of no use. */
  readonly signal?: AbortSignal;
}

/** Empties the slot 'next' and registers a new build of the projection in it, at the beginning of its logs. */
export async function createEmptyBuild(session: pg.ClientBase, { projection, logs }: ProjectionSource): Promise<void> {
  await removeBuild(session, projection, 'next');
  await createNextTables(session, projection);
  const names = logs.map(({ name }) => name);
  const { version, tables } = projection;
  await createBuild(session, { consumer: consumerOf(projection), slot: 'next', version, tables, logs: names });
}

/** Removes the build in a slot, if there is one: its tables, its checkpoints, what it has parked. */
export async function removeBuild(
  session: pg.ClientBase,
  projection: Projection,
  slot: Exclude<Slot, 'live'>,
): Promise<void> {
  const consumer = consumerOf(projection);
  // A swap under way may be about to make this build the live one: wait for it, and look afterwards.
  await session.query('select from consumer where name = $1 and slot = $2 for update', [consumer, slot]);
  const build = await readBuild(session, consumer, slot);
  if (!build) return;
  await dropTables(session, build.tables, slot);
  await session.query('delete from parked_event where build = $1', [build.build]);
  await session.query('delete from checkpoint where build = $1', [build.build]);
  await session.query('delete from consumer where build = $1', [build.build]);
}

/** Where to stop, by log. */
export type Targets = ReadonlyMap<string, number>;

/** Applies logs to the build in slot 'next' up to the targets, or until there is nothing more. */
export async function catchUp(
  pool: pg.Pool,
  { projection, logs }: ProjectionSource,
  targets?: Targets,
  { onProgress, batchSize = 5000, observe, signal }: RebuildOptions = {},
): Promise<void> {
  const names = logs.map(({ name }) => name);
  const build = new ProjectionBuild(pool, projection, 'next', names, observe);
  mustBeOfThisVersion(await build.look(), projection);
  for (const log of logs) {
    const pages = new PageReader(batchSize);
    for (;;) {
      signal?.throwIfAborted();
      const position = build.position(log.name);
      const target = targets?.get(log.name) ?? Infinity;
      const page = position < target ? (await pages.read(log, position)).events : [];
      const events = page.filter((event) => event.position <= target);
      if (events.length === 0) break;
      const applied = await build.apply(log.name, events);
      if (!applied) throw new Error(`The build of ${projection.name} was changed by somebody else.`);
      onProgress?.({ log: log.name, position: build.position(log.name), head: await log.head() });
    }
  }
}

function mustBeOfThisVersion(build: Build | undefined, { name, version }: Projection): void {
  if (!build) throw new BuildMissing(`There is no build of ${name} beside the live one: rebuild it first.`);
  if (build.version !== version)
    throw new BuildMissing(`The build of ${name} is of version ${build.version}, not ${version}: rebuild it first.`);
}
