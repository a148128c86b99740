import type { RequestContext } from '../request/request-context.js';
import type { Deadline } from './deadline.js';
import { Problem } from './problem.js';

/** Resolves true once the read model has passed the position, false once the deadline has passed. */
export type PositionWaiter = (position: number, deadline: Deadline) => Promise<boolean>;

export interface AwaitOptions {
  /** How far behind the read model is, as its runner says it; shown in the problem. */
  readonly lag?: () => Promise<unknown>;
}

/**
 * Makes a query see what its caller has written: waits until the read model has passed the positions of
 * `Guichet-After`.
 * A service that this read model takes nothing from is passed over: nothing of it could be missing here.
 * @param waiters by service name, e.g. `{ routing: (p, deadline) => runner.waitFor('own', p, deadline.leftMs) }`.
 * @throws Problem 503 `not-caught-up` with `Retry-After` and the lag.
 */
export async function awaitPositions(
  ctx: Pick<RequestContext, 'after' | 'aside' | 'deadline'>,
  waiters: Readonly<Record<string, PositionWaiter>>,
  { lag }: AwaitOptions = {},
): Promise<void> {
  const wanted = Object.entries(ctx.after).filter(([service]) => Object.hasOwn(waiters, service));
  if (wanted.length === 0) return;
  const { deadline } = ctx;
  const passed = await ctx.aside(() =>
    Promise.all(wanted.map(async ([service, position]) => waiters[service]?.(position, deadline))),
  );
  const missing = wanted.filter((_, index) => passed[index] !== true);
  if (missing.length === 0) return;
  throw new Problem(503, 'not-caught-up', {
    detail: 'The read model has not caught up with the positions asked for.',
    headers: { 'retry-after': '1' },
    extensions: { waitingFor: Object.fromEntries(missing), ...(lag === undefined ? {} : { lag: await lag() }) },
  });
}
