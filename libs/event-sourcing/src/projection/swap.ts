import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { sqlState } from '../database/postgres-errors.js';
import { beginAsOperator, rollBack } from '../database/sessions.js';
import { BuildMissing } from '../errors.js';
import { type Build, readBuild, type Slot } from '../runner/checkpoints.js';
import { consumerOf } from './projection-build.js';
import type { Projection } from './projection.js';
import { moveTables } from './read-model-tables.js';
import { catchUp, type ProjectionSource, removeBuild, type Targets } from './rebuild.js';

const attempts = 60;

/**
 * Makes the build in 'next' the live one, in one transaction; the live one is kept in 'previous'. Queries go on: they
 * wait for the moment the tables move, at most.
 */
export async function swapIn(pool: pg.Pool, session: pg.Client, source: ProjectionSource): Promise<void> {
  const { projection } = source;
  await exchange(
    session,
    projection,
    async (live) => {
      // Nobody else moves the live checkpoint now: the new tables get what the old ones have, and not less.
      await catchUp(pool, source, positionsOf(live));
      const next = await hold(session, projection, 'next');
      if (!next || !hasReached(next, live)) {
        // Only if this operator lost his lease, and another began.
        throw new BuildMissing(
          `The build of ${projection.name} was begun anew by somebody else: swap it when it is done.`,
        );
      }
      await removeBuild(session, projection, 'previous');
      await move(session, projection, live, 'live', 'previous');
      await move(session, projection, next, 'next', 'live');
    },
    () => catchUp(pool, source),
  );
}

/** Puts the tables of before the last swap back, in one transaction; they catch up from where they were left. */
export async function swapBack(session: pg.Client, projection: Projection): Promise<void> {
  await exchange(session, projection, async (live) => {
    const previous = await readBuild(session, consumerOf(projection), 'previous');
    if (!previous) throw new BuildMissing(`There is no previous build of ${projection.name} to go back to.`);
    await removeBuild(session, projection, 'next');
    await move(session, projection, live, 'live', 'next');
    await move(session, projection, previous, 'previous', 'live');
    await move(session, projection, live, 'next', 'previous');
  });
}

export function positionsOf(build: Build): Targets {
  return new Map([...build.lanes].map(([log, { position }]) => [log, position]));
}

/**
 * A transaction in which the live build stands still. Moving a table waits for the queries that read it, while new ones
 * queue up behind the move; so it gives up after a moment, long before the server would see a deadlock, and tries
 * again.
 */
async function exchange(
  session: pg.Client,
  projection: Projection,
  work: (live: Build) => Promise<void>,
  prepare: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await prepare();
    try {
      await session.query(`${beginAsOperator}; set local lock_timeout = '10s'`);
      await work(await holdLive(session, projection));
      await session.query('commit');
      return;
    } catch (error) {
      await rollBack(session);
      const busy = ['55P03', '40P01'].includes(sqlState(error) ?? '');
      if (!busy || attempt === attempts) throw error;
    }
    await pause(50 + Math.random() * 200);
  }
}

/** Locks the live checkpoints until the transaction ends. */
export async function holdLive(session: pg.ClientBase, projection: Projection): Promise<Build> {
  const live = await hold(session, projection, 'live');
  if (!live) throw new Error(`The projection ${projection.name} has no live tables.`);
  return live;
}

async function hold(session: pg.ClientBase, projection: Projection, slot: Slot): Promise<Build | undefined> {
  const consumer = consumerOf(projection);
  await session.query('select from checkpoint where consumer = $1 and slot = $2 order by log for update', [
    consumer,
    slot,
  ]);
  return readBuild(session, consumer, slot);
}

function hasReached(next: Build, live: Build): boolean {
  return [...live.lanes].every(([log, { position }]) => (next.lanes.get(log)?.position ?? 0) >= position);
}

async function move(
  session: pg.Client,
  projection: Projection,
  { tables }: Build,
  from: Slot,
  to: Slot,
): Promise<void> {
  await session.query(`set local lock_timeout = '200ms'`);
  await moveTables(session, tables, from, to);
  const consumer = consumerOf(projection);
  // Both name the slot, so a runner that waits for the checkpoint's row finds that it is not the live one any more.
  await session.query('update consumer set slot = $3 where name = $1 and slot = $2', [consumer, from, to]);
  await session.query('update checkpoint set slot = $3 where consumer = $1 and slot = $2', [consumer, from, to]);
}
