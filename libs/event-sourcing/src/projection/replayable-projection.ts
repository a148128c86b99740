import type { Replayable } from '../runner/parked-streams.js';
import { beginAsProjection, consumerOf, schemaOf } from './projection-build.js';
import { applyAndSettle } from './projection-transaction.js';
import type { ProjectionSource } from './rebuild.js';

/** A projection's live tables, as something a parked event can be given to once more. */
export function replayableProjection({ projection, logs }: ProjectionSource): Replayable {
  return {
    consumer: consumerOf(projection),
    version: projection.version,
    logs,
    begin: beginAsProjection,
    redo: async (event, client, log) =>
      void (await applyAndSettle(projection, [event], { client, schema: schemaOf.live, log })),
    done: (events) => projection.afterCommit?.(events, undefined),
  };
}
