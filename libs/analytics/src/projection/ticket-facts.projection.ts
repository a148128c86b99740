/**
 * The projection `ticket-facts`: what the figures are read from. A batch reads the tickets it touches, folds their
 * events, writes what changed, and moves the cells by the difference between the old facts and the new ones.
 */
import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import type { MetricName } from '../cells/metrics.js';
import { changedFigures, type ChangedFigures, Rollup } from '../cells/rollup.js';
import { deriveFact, foldEvent } from '../ticket-facts/derive.js';
import {
  type HandlingEvent,
  type IntakeEvent,
  isDirectoryEvent,
  isHandlingEvent,
  isIntakeEvent,
} from '../ticket-facts/ticket-event.js';
import { addToCells } from './cells.store.js';
import { writeDirectories } from './directories.store.js';
import { readTickets, type TicketChange, type TicketId, ticketKey, writeTickets } from './facts.store.js';
import { ddl, tables } from './tables.js';
import { asWrittenToday } from './written-today.js';
import { inTurns } from './turns.store.js';

/** What a batch changed for one tenant, for live streams. */
export interface FiguresChange {
  readonly tenantId: string;
  readonly ticketIds: readonly string[];
  /** The metrics with another value than before. */
  readonly metrics: readonly MetricName[];
  /** UTC hours since 1970 in which they changed, first and last; undefined where none did. */
  readonly hours: { readonly first: number; readonly last: number } | undefined;
}

/** `changed` is told whose figures each live batch changed, after it is committed. */
export function ticketFactsProjection(
  changed: (changes: readonly Pick<FiguresChange, 'tenantId'>[]) => void = () => undefined,
): Projection {
  return {
    name: 'ticket-facts',
    version: 6,
    tables,
    ddl,
    apply,
    // Another replica applied the batch where there is no outcome: whose events they were is known all the same.
    afterCommit: (events, outcome) =>
      changed(Array.isArray(outcome) ? (outcome as FiguresChange[]) : tenantsOf(events)),
  };
}

function tenantsOf(events: readonly RecordedEvent[]): { readonly tenantId: string }[] {
  return [...new Set(events.map(({ tenantId }) => tenantId))].map((tenantId) => ({ tenantId }));
}

/**
 * Planning a statement over dozens of arrays takes longer than running it for one ticket: the writes are planned once.
 */
const planOnce = 'set local plan_cache_mode = force_generic_plan';

async function apply(recorded: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
  tx.send(planOnce);
  const events = recorded.map(asWrittenToday);
  const byTicket = groupByTicket(events);
  const tickets = await readTickets(tx, new Map([...byTicket].map(([key, { id }]) => [key, id])));
  const changes: TicketChange[] = [];
  await inTurns(byTicket, ([key, { events: own }]) => {
    const known = tickets.get(key);
    if (!known) throw new Error(`Ticket ${key} was not read.`);
    const { fold, before } = known;
    for (const event of own) foldEvent(fold, event);
    changes.push({ fold, before, after: deriveFact(fold) });
  });
  await writeDirectories(tx, events.filter(isDirectoryEvent));
  await writeTickets(tx, changes);
  const rollup = new Rollup();
  await inTurns(changes, ({ before, after }) => rollup.move(before, after));
  const moved = rollup.changes();
  tx.outcome = summaryOf(changes, changedFigures(moved));
  await addToCells(tx, moved);
}

interface TicketEvents {
  readonly id: TicketId;
  readonly events: (RecordedEvent & (IntakeEvent | HandlingEvent))[];
}

function groupByTicket(events: readonly RecordedEvent[]): Map<string, TicketEvents> {
  const byTicket = new Map<string, TicketEvents>();
  for (const event of events) {
    if (!isIntakeEvent(event) && !isHandlingEvent(event)) continue;
    const id = { tenantId: event.tenantId, ticketId: event.data.ticketId };
    const key = ticketKey(id);
    const ticket = byTicket.get(key);
    if (ticket) ticket.events.push(event);
    else byTicket.set(key, { id, events: [event] });
  }
  return byTicket;
}

function summaryOf(changes: readonly TicketChange[], figures: ReadonlyMap<string, ChangedFigures>): FiguresChange[] {
  const tickets = new Map<string, string[]>();
  for (const { tenantId, ticketId } of changes.map(({ fold }) => fold)) {
    const ids = tickets.get(tenantId);
    if (ids) ids.push(ticketId);
    else tickets.set(tenantId, [ticketId]);
  }
  return [...tickets].map(([tenantId, ticketIds]) => {
    const { metrics = [], first, last } = figures.get(tenantId) ?? {};
    const hours = first === undefined || last === undefined ? undefined : { first, last };
    return { tenantId, ticketIds, metrics: [...metrics], hours };
  });
}
