/** What an import would do: found out by making every event once, before anything is sent. */
import { Census, type CensusResult } from './census.js';
import { sameKey } from './folding/fold.js';
import type { ImportedEvent } from './folding/ticket.js';
import type { CompiledMapping } from './mapping/compile.js';
import type { RejectedRows } from './reading/rejected.js';
import type { Staging } from './reading/staging.js';

export interface Plan extends CensusResult {
  readonly tickets: number;
  /** Rows that no event could be made of. */
  readonly rejected: number;
  /** Tickets that stand in several rows that differ, where a row is a whole ticket. */
  readonly sameKeyTickets: number;
  /** The first rows, as events. */
  readonly sample: readonly ImportedEvent[];
}

const sampleSize = 12;
const anyTenant = '00000000-0000-0000-0000-000000000000';

/** @param now instant in RFC 3339 */
export function planImport(
  compiled: CompiledMapping,
  staging: Staging,
  rejected: RejectedRows,
  { now, signal }: { readonly now: string; readonly signal?: AbortSignal },
): Plan {
  const census = new Census(now);
  const sample: ImportedEvent[] = [];
  let tickets = 0;
  let rejections = 0;
  let sameKeyTickets = 0;
  for (const { key, rows } of staging.tickets()) {
    signal?.throwIfAborted();
    const folded = compiled.fold(anyTenant, key, rows);
    for (const { line, reason } of folded.rejected) rejected.add(line, key, reason);
    rejections += new Set(folded.rejected.map(({ line }) => line)).size;
    if (folded.rejected.some(({ reason }) => reason.kind === sameKey)) sameKeyTickets += 1;
    if (folded.events.length > 0) tickets += 1;
    sample.push(...folded.events.slice(0, sampleSize - sample.length));
    census.count(folded);
  }
  return { tickets, rejected: rejections, sameKeyTickets, sample, ...census.result() };
}
