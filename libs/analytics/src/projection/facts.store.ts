/** Reads and writes what is known of tickets. */
import { type ProjectionTransaction, rememberedIn } from '@guichet/event-sourcing';
import type { LRUCache } from 'lru-cache';
import { deriveFact } from '../ticket-facts/derive.js';
import { newFold, type TicketFold } from '../ticket-facts/fold-state.js';
import type { TicketFact } from '../ticket-facts/ticket-fact.js';
import { BulkTable } from './bulk-table.store.js';
import { factColumns, type FactRow } from './fact-columns.js';
import { difference, momentColumns, momentsOf, segmentColumns, segmentsOf } from './fact-details.js';
import { start } from './turns.store.js';

/** A ticket as it stood before the batch; `before` is undefined for one not heard of yet. */
export interface KnownTicket {
  readonly fold: TicketFold;
  readonly before: TicketFact | undefined;
}

export interface TicketChange {
  readonly fold: TicketFold;
  readonly before: TicketFact | undefined;
  readonly after: TicketFact;
}

export interface TicketId {
  readonly tenantId: string;
  readonly ticketId: string;
}

/** A ticket's key alone: all that reading it needs. */
const keyColumns = (['tenant_id', 'ticket_id'] as const).map((name) => ({
  name,
  type: 'uuid' as const,
  key: true,
  value: (id: TicketId) => (name === 'tenant_id' ? id.tenantId : id.ticketId),
}));
const folds = new BulkTable<TicketId>('ticket_fact', keyColumns, 'ticket_fact.folds');
const facts = new BulkTable('ticket_fact', factColumns);
const segments = new BulkTable('backlog_segment', segmentColumns);
const moments = new BulkTable('ticket_moment', momentColumns);
const remembered = 10_000;

export const ticketKey = ({ tenantId, ticketId }: TicketId): string => `${tenantId}/${ticketId}`;

/** By ticketKey. The folds may be changed in place: whoever fails to write them must empty the memory. */
export async function readTickets(
  tx: ProjectionTransaction,
  ids: ReadonlyMap<string, TicketId>,
): Promise<Map<string, KnownTicket>> {
  const known = memoryOf(tx);
  const tickets = new Map<string, KnownTicket>();
  const unknown: TicketId[] = [];
  for (const [key, id] of ids) {
    const ticket = known.get(key);
    if (ticket) tickets.set(key, ticket);
    else unknown.push(id);
  }
  for (const [place, [{ intake, routing }]] of await folds.read<[TicketFold]>(tx, ['fold'], unknown)) {
    const id = unknown[place];
    if (!id) continue;
    const fold: TicketFold = { ...newFold(id.tenantId, id.ticketId), intake, routing };
    tickets.set(ticketKey(id), { fold, before: deriveFact(fold) });
  }
  for (const id of unknown) {
    const key = ticketKey(id);
    if (!tickets.has(key)) tickets.set(key, { fold: newFold(id.tenantId, id.ticketId), before: undefined });
  }
  return tickets;
}

export async function writeTickets(tx: ProjectionTransaction, changes: readonly TicketChange[]): Promise<void> {
  const rows = changes.map(({ fold, after }): FactRow => ({
    fact: after,
    fold: JSON.stringify({ intake: fold.intake, routing: fold.routing }),
  }));
  await start(tx, facts.upsert(tx.schema, rows));
  const segment = changes.map(({ before, after }) =>
    difference(before ? segmentsOf(before) : [], segmentsOf(after), ({ from }) => from),
  );
  await start(
    tx,
    segments.remove(
      tx.schema,
      segment.flatMap(({ gone }) => gone),
    ),
  );
  await start(
    tx,
    segments.upsert(
      tx.schema,
      segment.flatMap(({ changed }) => changed),
    ),
  );
  const moment = changes.map(({ before, after }) =>
    difference(before ? momentsOf(before) : [], momentsOf(after), ({ kind, ordinal }) => `${kind}/${ordinal}`),
  );
  await start(
    tx,
    moments.remove(
      tx.schema,
      moment.flatMap(({ gone }) => gone),
    ),
  );
  await start(
    tx,
    moments.upsert(
      tx.schema,
      moment.flatMap(({ changed }) => changed),
    ),
  );
  const known = memoryOf(tx);
  for (const { fold, after } of changes) {
    known.set(ticketKey(fold), { fold, before: after });
  }
}

/** Tickets just written. */
const memoryOf = (tx: ProjectionTransaction): LRUCache<string, KnownTicket> => rememberedIn(tx, 'tickets', remembered);
