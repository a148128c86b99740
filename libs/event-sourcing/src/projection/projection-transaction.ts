import { LRUCache } from 'lru-cache';
import type { ClientBase } from 'pg';
import { Unanswered } from '../database/unanswered.js';
import type { RecordedEvent } from '../recorded-event.js';
import type { Projection, ProjectionTransaction } from './projection.js';

/** A transaction under way, and where the projection's tables are. */
export interface ProjectionPlace {
  readonly client: ClientBase;
  readonly schema: string;
  readonly log: string;
  /** By default none is kept. */
  readonly memory?: Map<string, unknown>;
}

/** Whoever ends the transaction settles `unanswered`. */
export function projectionTransaction(
  { client, schema, log, memory = new Map<string, unknown>() }: ProjectionPlace,
  unanswered: Unanswered,
): ProjectionTransaction {
  return {
    schema,
    log,
    memory,
    query: (query, values) => client.query(query, values),
    send: (query, values) => unanswered.send(query, values),
  };
}

/** Applies a batch and waits for all that the projection sent. Answers the outcome. */
export async function applyAndSettle(
  projection: Pick<Projection, 'apply'>,
  events: readonly RecordedEvent[],
  place: ProjectionPlace,
): Promise<unknown> {
  const unanswered = new Unanswered(place.client);
  const tx = projectionTransaction(place, unanswered);
  try {
    await projection.apply(events, tx);
  } finally {
    await unanswered.settle(); // what fails after a statement that failed says less than it does
  }
  return tx.outcome;
}

/** The rows that a projection keeps in its memory under a name: those used last, `max` of them at most. */
export function rememberedIn<Row extends object>(
  { memory }: Pick<ProjectionTransaction, 'memory'>,
  name: string,
  max: number,
): LRUCache<string, Row> {
  const rows = (memory.get(name) ?? new LRUCache({ max })) as LRUCache<string, Row>;
  memory.set(name, rows);
  return rows;
}
