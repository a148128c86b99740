import type { Replayable } from '../runner/parked-streams.js';
import { beginAsProjection, consumerOf, projectionTransaction, schemaOf } from './projection-build.js';
import type { ProjectionSource } from './rebuild.js';

/** A projection's live tables, as something a parked event can be given to once more. */
export function replayableProjection({ projection, logs }: ProjectionSource): Replayable {
  return {
    consumer: consumerOf(projection),
    version: projection.version,
    logs,
    begin: beginAsProjection,
    redo: (event, client, log) =>
      projection.apply([event], projectionTransaction(client, schemaOf.live, log, new Map())),
    done: (events) => projection.afterCommit?.(events, undefined),
  };
}
