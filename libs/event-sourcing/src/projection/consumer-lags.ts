import type pg from 'pg';
import type { PolicyRunner } from '../policy-runner.js';
import { readBuild } from '../runner/checkpoints.js';
import { lagOf } from '../runner/lag.js';
import { consumerOf } from './projection-build.js';
import type { ProjectionLag } from './projection.js';
import type { ProjectionSource } from './rebuild.js';

/** A projection or a policy, and how far it is behind one of its logs. */
export interface ConsumerLag extends ProjectionLag {
  /** As in checkpoints, metrics and lists of parked streams: `projection/ticket`, `policy/intake`. */
  readonly consumer: string;
}

/** Of the live builds of projections, and of policies. */
export async function lagsOf(
  pool: pg.Pool,
  projections: readonly ProjectionSource[],
  policies: readonly PolicyRunner[],
): Promise<ConsumerLag[]> {
  const ofProjection = async ({ projection, logs }: ProjectionSource) => {
    const consumer = consumerOf(projection);
    return (await lagOf(await readBuild(pool, consumer, 'live'), logs)).map((lag) => ({ consumer, ...lag }));
  };
  const ofPolicy = async (policy: PolicyRunner) =>
    (await policy.lag()).map((lag) => ({ consumer: policy.consumer, ...lag }));
  return (await Promise.all([...projections.map(ofProjection), ...policies.map(ofPolicy)])).flat();
}
