import * as fc from 'fast-check';
import { type QueueCounts, queueChanges } from './queue-counts.js';
import { type TicketRow, emptyRow, queueOf } from '../ticket/ticket-row.js';
import { ticketStateOf } from '../ticket/ticket-state.js';

const ticket = fc.record({
  tenant_id: fc.constantFrom('t1', 't2'),
  ticket_id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
  status: fc.constantFrom('open', 'open', 'open', 'resolved', null),
  department_id: fc.constantFrom('billing', 'technical', null),
  agent_id: fc.option(fc.constant('amir')),
  paused_for: fc.option(fc.constant('requester')),
  withdrawn: fc.option(fc.constant('spam'), { freq: 5 }),
  spam: fc.boolean(),
  merged_into: fc.option(fc.constant('9'), { freq: 5 }),
});
const rowsOf = (tickets: readonly Partial<TicketRow>[]): Map<string, TicketRow> =>
  new Map(
    tickets.map((one) => {
      const row = { ...emptyRow(one.tenant_id ?? '', one.ticket_id ?? ''), ...one };
      return [`${one.tenant_id}/${one.ticket_id}`, { ...row, state: ticketStateOf(row) }];
    }),
  );

/** As a look at all tickets would count. */
function counted(rows: Iterable<TicketRow>): Record<string, QueueCounts> {
  const counts: Record<string, { waiting: number; assigned: number; paused: number }> = {};
  for (const row of rows) {
    const isIn = row.status === 'open' && row.withdrawn === null && !row.spam && row.merged_into === null;
    if (!isIn) continue;
    const own = (counts[`${row.tenant_id}/${queueOf(row.department_id)}`] ??= { waiting: 0, assigned: 0, paused: 0 });
    own[row.paused_for !== null ? 'paused' : row.agent_id !== null ? 'assigned' : 'waiting'] += 1;
  }
  return counts;
}

it('adds up to what a look at all tickets counts, whatever the batches were', () => {
  fc.assert(
    fc.property(fc.array(fc.array(ticket, { maxLength: 4 }), { maxLength: 12 }), (batches) => {
      const all = new Map<string, TicketRow>();
      const counts: Record<string, { waiting: number; assigned: number; paused: number }> = {};
      for (const batch of batches) {
        const after = rowsOf(batch);
        const before = new Map([...after.keys()].flatMap((key) => (all.has(key) ? [[key, all.get(key)!]] : [])));
        for (const { tenant_id, queue, waiting, assigned, paused } of queueChanges(before, after)) {
          const own = (counts[`${tenant_id}/${queue}`] ??= { waiting: 0, assigned: 0, paused: 0 });
          own.waiting += waiting;
          own.assigned += assigned;
          own.paused += paused;
          if (own.waiting + own.assigned + own.paused === 0) delete counts[`${tenant_id}/${queue}`];
        }
        for (const [key, row] of after) all.set(key, row);
      }
      expect(counts).toEqual(counted(all.values()));
    }),
  );
});
