import { effort } from '@guichet/testing';
import type { RecordedEvent } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { deriveFact, foldEvent } from '../ticket-facts/derive.js';
import { newFold, type TicketFold } from '../ticket-facts/fold-state.js';
import { isHandlingEvent, isIntakeEvent } from '../ticket-facts/ticket-event.js';
import type { TicketFact } from '../ticket-facts/ticket-fact.js';
import { tenantId } from '../../testing/ticket-story.js';
import { arrival, batches, interleaved, tickets } from '../../testing/arbitrary-tickets.js';
import { backlogColumn, Cell } from './packed/index.js';
import { cuboids, firstDayOf, foreverDay } from './cuboids.js';
import { Rollup } from './rollup.js';

interface State {
  readonly facts: Map<string, TicketFact>;
  /** Folds as text, as the database keeps them. */
  readonly folds: Map<string, string>;
  readonly cells: Map<string, Cell>;
}

const nothing = (): State => ({ facts: new Map(), folds: new Map(), cells: new Map() });

/** What the projection does with a batch, in memory. */
function applyBatch(state: State, batch: readonly RecordedEvent[]): void {
  const touched = new Map<string, TicketFold>();
  for (const event of batch) {
    if (!isIntakeEvent(event) && !isHandlingEvent(event)) continue;
    const { ticketId } = event.data;
    const text = state.folds.get(ticketId);
    const fold = touched.get(ticketId) ?? (text ? (JSON.parse(text) as TicketFold) : newFold(tenantId, ticketId));
    foldEvent(fold, event);
    touched.set(ticketId, fold);
  }
  const rollup = new Rollup();
  for (const [ticketId, fold] of touched) {
    const fact = deriveFact(fold);
    rollup.move(state.facts.get(ticketId), fact);
    state.facts.set(ticketId, fact);
    state.folds.set(ticketId, JSON.stringify(fold));
  }
  for (const { key, delta } of rollup.changes()) {
    const cell = state.cells.get(key) ?? new Cell();
    cell.merge(delta);
    state.cells.set(key, cell);
  }
}

const packed = ({ cells }: State) =>
  [...cells]
    .map(([key, cell]) => [key, cell.pack()?.toString('hex')] as const)
    .filter(([, bytes]) => bytes !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
const sorted = ({ facts }: State) => [...facts].sort(([a], [b]) => (a < b ? -1 : 1));

it('gives equal facts and equal cells however two sources interleave and batches are cut', () =>
  fc.assert(
    fc.property(tickets, arrival, (stories, { choices, sizes }) => {
      const fromZero = nothing();
      applyBatch(fromZero, [...stories.flatMap(({ intake }) => intake), ...stories.flatMap(({ routing }) => routing)]);
      const live = nothing();
      const streams = stories.flatMap(({ intake, routing }) => [intake, routing]);
      for (const batch of batches(interleaved(streams, choices), sizes)) applyBatch(live, batch);
      expect(sorted(live)).toEqual(sorted(fromZero));
      expect(packed(live)).toEqual(packed(fromZero));
    }),
    { numRuns: effort(300, 12000) },
  ));

it('leaves nothing behind of a ticket that is taken away', () =>
  fc.assert(
    fc.property(tickets, (stories) => {
      const state = nothing();
      applyBatch(
        state,
        stories.flatMap(({ intake, routing }) => [...intake, ...routing]),
      );
      const away = new Rollup();
      for (const fact of state.facts.values()) away.move(fact, { ...fact, openedAt: null });
      for (const { key, delta } of away.changes()) state.cells.get(key)?.merge(delta);
      expect(packed(state)).toEqual([]);
    }),
  ));

it('has in each week the sums of its days, and of nothing else', () =>
  fc.assert(
    fc.property(tickets, (stories) => {
      const state = nothing();
      applyBatch(
        state,
        stories.flatMap(({ intake, routing }) => [...intake, ...routing]),
      );
      const key = /\/(day|week)(\d+)\/(-?\d+)\0(.*)$/s;
      const weeks = new Map<string, Cell>();
      const sums = new Map<string, Cell>();
      for (const [name, cell] of state.cells) {
        const [, tier, cuboid, slot, dims] = key.exec(name) ?? [];
        if (tier === undefined || Number(slot) === foreverDay || cell.isEmpty) continue;
        const monday = tier === 'week' ? firstDayOf(Number(slot)) : Number(slot) - ((((Number(slot) + 3) % 7) + 7) % 7);
        const into = tier === 'week' ? weeks : sums;
        const place = `${cuboid}/${monday}/${dims}`;
        const sum = into.get(place) ?? new Cell();
        sum.merge(cell);
        into.set(place, sum);
      }
      const bytes = (cells: Map<string, Cell>) =>
        [...cells].flatMap(([place, cell]) => (cell.isEmpty ? [] : [[place, cell.pack()?.toString('hex')]])).sort();
      expect(weeks.size).toBeGreaterThan(0);
      expect(bytes(weeks)).toEqual(bytes(sums));
    }),
  ));

it('has the facts’ own sums in the cells without dimensions', () =>
  fc.assert(
    fc.property(tickets, (stories) => {
      const state = nothing();
      applyBatch(
        state,
        stories.flatMap(({ intake, routing }) => [...intake, ...routing]),
      );
      const total = new Cell();
      const ever = new Cell();
      const days = `${tenantId}/day${cuboids[0].id}/`;
      for (const [key, cell] of state.cells)
        if (key.startsWith(days)) (key.startsWith(`${days}${foreverDay}\0`) ? ever : total).merge(cell);
      const counted = [...state.facts.values()].filter((fact) => fact.counted);
      const sum = (value: (fact: TicketFact) => number) => counted.reduce((all, fact) => all + value(fact), 0);
      const n = (...metric: Parameters<Cell['get']>) => total.get(...metric)?.n ?? 0;
      expect(n('opened', 'opening')).toBe(state.facts.size);
      expect(n('tickets', 'opening')).toBe(counted.length);
      for (const basis of ['opening', 'moment', 'flow'] as const) {
        expect(n('firstResponse', basis)).toBe(sum(({ firstResponse }) => (firstResponse ? 1 : 0)));
        expect(n('resolutions', basis)).toBe(sum(({ resolutions }) => resolutions.length));
        expect(total.get('handle', basis)?.sum ?? 0).toBe(
          sum((fact) => (fact.lastEnd ? (fact.handleSeconds ?? 0) : 0)),
        );
      }
      expect(n('transfers', 'flow')).toBe(total.get('transfersPerTicket', 'opening')?.sum ?? 0);
      expect(n('backlogStarts', 'flow') - n('backlogEnds', 'flow')).toBe(n('openNow', 'opening'));
      expect(ever.packColumns()?.[backlogColumn]).toEqual(total.packColumns()?.[backlogColumn]);
      const everColumns = (ever.packColumns() ?? []).flatMap((column, index) => (column ? [index] : []));
      expect(everColumns).toEqual(ever.isEmpty ? [] : [backlogColumn]);
    }),
  ));
