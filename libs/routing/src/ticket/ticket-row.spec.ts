import { type RecordedEvent } from '@guichet/event-sourcing';
import * as fc from 'fast-check';
import { type IntakeFact } from '../intake-facts.js';
import { type TicketRow, emptyRow, foldRequest, foldWork } from './ticket-row.js';

const tenantId = '7f4f5b1e-0000-4000-8000-0000000000ff';
const ticketId = '7f4f5b1e-0000-4000-8000-000000000001';
const at = '2026-03-02T09:00:00.000Z';
const later = '2026-03-02T10:00:00.000Z';
const about = { ticketId, at };

const work = (version: number, type: string, data: object): RecordedEvent => ({
  position: version * 10,
  eventId: ticketId,
  tenantId,
  streamId: `handling-${ticketId}`,
  version,
  type,
  schemaVersion: 1,
  data: { ...about, ...data },
  metadata: { actor: { kind: 'system' }, correlationId: 'c' },
  occurredAt: at,
  recordedAt: at,
});
const after = (...events: readonly [type: string, data: object][]): TicketRow =>
  events.reduce((row, [type, data], i) => foldWork(row, work(i + 1, type, data)), emptyRow(tenantId, ticketId));
const queued = ['TicketQueued', { departmentId: 'billing', priority: 'high' }] as [string, object];

it('waits in its department with the rank of its priority', () =>
  expect(after(queued)).toMatchObject({
    status: 'open',
    department_id: 'billing',
    visited: ['billing'],
    priority: 'high',
    priority_rank: 2,
    queued_at: at,
    version: 1,
    own_position: 10,
  }));

it('ranks a priority an import brought along as normal', () =>
  expect(after(['TicketQueued', { departmentId: null, priority: 'P3' }])).toMatchObject({
    priority: 'P3',
    priority_rank: 1,
    visited: [''],
  }));

it('remembers every queue it has been in, and counts transfers between departments only', () => {
  const transfer = (fromDepartmentId: string | null, toDepartmentId: string): [string, object] => [
    'TicketTransferred',
    { fromDepartmentId, toDepartmentId, reason: 'x' },
  ];
  const start: [string, object] = ['TicketQueued', { departmentId: null, priority: 'normal' }];
  const row = after(start, transfer(null, 'a'), transfer('a', 'b'), transfer('b', 'a'));
  expect(row).toMatchObject({ visited: ['', 'a', 'b'], department_id: 'a', transfers: 2 });
});

it('copes with an import that begins in the middle', () => {
  expect(after(['TicketAssigned', { agentId: 'amir', departmentId: 'billing' }])).toMatchObject({
    status: 'open',
    agent_id: 'amir',
    department_id: 'billing',
    queued_at: at,
  });
  expect(after(['TicketClosed', { automatic: true }])).toMatchObject({ status: 'closed', closed_at: at });
});

it('forgets the pause and the resolution when it is reopened', () =>
  expect(
    after(queued, ['TicketPaused', { reason: 'requester' }], ['TicketResolved', {}], ['TicketReopened', {}]),
  ).toMatchObject({ status: 'open', paused_for: null, resolved_at: null, closed_at: null, wrap_up: 'none' }));

it('goes out of work and comes back', () => {
  const out = after(queued, ['HandlingWithdrawn', { reason: 'spam' }]);
  expect(out.withdrawn).toBe('spam');
  expect(foldWork(out, work(3, 'HandlingReturned', {})).withdrawn).toBeNull();
});

it('never goes back to an older version when events of a parked stream are applied again', () => {
  const row = after(queued, ['TicketTagged', { tags: ['vip'] }]);
  expect(foldWork(row, work(1, 'ActivityLogged', {}))).toMatchObject({ version: 2, own_position: 20 });
});

it('is the same however the two logs interleave', () => {
  const own = [
    work(1, ...queued),
    work(2, 'TicketAssigned', { agentId: 'amir', departmentId: 'billing' }),
    work(3, 'TicketPaused', { reason: 'requester' }),
    work(4, 'TicketResumed', { at: later }),
    work(5, 'TicketResolved', { departmentId: 'billing', at: later }),
  ].map((event) => (row: TicketRow) => foldWork(row, event));
  const opened = { ...about, number: '1', requesterId: 'rita', subject: 'Help', channel: 'portal', locale: 'fr' };
  const facts = [
    { type: 'TicketOpened', data: opened },
    { type: 'RequesterReplied', data: { ...about, at: later } },
    { type: 'TicketMarkedSpam', data: about },
    { type: 'TicketUnmarkedSpam', data: about },
    { type: 'TicketMerged', data: { ...about, intoTicketId: tenantId } },
  ] as unknown as IntakeFact[];
  const received = facts.map((fact, i) => (row: TicketRow) => foldRequest(row, fact, i + 1));
  const inOrder = [...own, ...received].reduce((row, fold) => fold(row), emptyRow(tenantId, ticketId));

  fc.assert(
    fc.property(fc.shuffledSubarray([...own.map(() => 0), ...received.map(() => 1)], { minLength: 10 }), (turns) => {
      const left = [[...own], [...received]];
      const row = turns.reduce((state, turn) => left[turn]!.shift()!(state), emptyRow(tenantId, ticketId));
      expect(row).toEqual(inOrder);
    }),
  );
});
