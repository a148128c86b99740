import type { RecordedEvent } from '@guichet/event-sourcing';
import { ViewChanges } from './ticket-patch.js';

const at = '2026-03-02T09:00:00.000Z';
const [tenantId, ticketId] = ['tenant', 'ticket'];
const event = (type: string, version: number, data: object = {}, occurredAt = at): RecordedEvent => ({
  position: version,
  eventId: `event-${version}`,
  tenantId,
  streamId: `ticket-${ticketId}`,
  version,
  type,
  schemaVersion: 1,
  data: { ticketId, at: occurredAt, ...data },
  metadata: { actor: { kind: 'requester', id: 'rita' }, correlationId: 'c' },
  occurredAt,
  recordedAt: at,
});
const folded = (fold: (changes: ViewChanges) => void) => {
  const changes = new ViewChanges();
  fold(changes);
  return { patches: [...changes.patches.values()], entries: changes.entries };
};

it('makes one patch of all that happened to a ticket', () => {
  const later = '2026-03-02T10:00:00.000Z';
  const { patches } = folded((changes) => {
    changes.addOwn(event('TicketClosedByRequester', 2, {}, later));
    changes.addOwn(event('TicketReopenedByRequester', 3, {}));
    changes.addOwn(event('TicketMarkedSpam', 4));
  });
  expect(patches).toEqual([
    {
      tenant_id: tenantId,
      ticket_id: ticketId,
      version: 4,
      said: 'open',
      said_version: 3,
      said_at: at,
      spam: true,
      updated_at: later,
    },
  ]);
});

it('keeps routing’s side in columns of its own', () => {
  const { patches, entries } = folded((changes) => {
    changes.addReceived(event('TicketPaused', 1, { reason: 'third-party' }));
    changes.addReceived(event('TicketResolved', 2));
    changes.addReceived(event('TicketClosed', 3, { ticketVersion: 4 }));
  });
  expect(patches).toMatchObject([
    { handling_version: 3, handling_status: 'closed', handling_heard: 4, handling_changed_at: at },
  ]);
  expect(patches[0]).not.toHaveProperty('version');
  expect(entries).toMatchObject([{ kind: 'resolved', source: 'routing', version: 2 }]);
});

it.each(['TicketAssigned', 'TicketTransferred', 'DepartmentCreated', 'SomethingNew', 'constructor'])(
  'leaves %s out: it is none of the requester’s concern',
  (type) => expect(folded((changes) => changes.addReceived(event(type, 1)))).toEqual({ patches: [], entries: [] }),
);

it('does not pass over a record that cannot be read: its stream is to be parked', () =>
  expect(() => folded((changes) => changes.addReceived(event('Unreadable', 1)))).toThrow('could not be read'));
