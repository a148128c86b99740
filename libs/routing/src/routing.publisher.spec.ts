import { type PublicEvent, routingEvents, validatePublicEvent } from '@guichet/contracts';
import { type RecordedEvent } from '@guichet/event-sourcing';
import { toPublicEvent } from './routing.publisher.js';

const at = '2026-03-02T09:00:00.000Z';
const ticketId = '7f4f5b1e-0000-4000-8000-000000000001';
const about = { ticketId, at };
const id = '7f4f5b1e-0000-4000-8000-00000000000a';
const examples: Record<string, Record<string, unknown>> = {
  TicketQueued: { ...about, departmentId: null, priority: 'normal' },
  TicketAssigned: { ...about, agentId: 'amir', departmentId: 'billing' },
  AssignmentReleased: { ...about, agentId: 'amir', reason: 'lunch' },
  TicketTransferred: { ...about, fromDepartmentId: null, toDepartmentId: 'billing', reason: 'theirs', level: 2 },
  AgentReplied: { ...about, replyId: id, agentId: 'amir', body: 'Paid back.', automatic: false },
  PriorityChanged: { ...about, from: 'normal', to: 'high' },
  TicketTagged: { ...about, tags: ['refund'] },
  TicketPaused: { ...about, reason: 'requester' },
  TicketResumed: about,
  TicketResolved: { ...about, agentId: 'amir', departmentId: null },
  TicketReopened: about,
  WrapUpStarted: { ...about, agentId: 'amir' },
  WrapUpCompleted: { ...about, agentId: 'amir' },
  TicketClosed: { ...about, automatic: false },
  ActivityLogged: { ...about, activity: 'called the bank', seconds: 90 },
  DepartmentCreated: { departmentId: 'billing', name: 'Billing', at },
  DepartmentRenamed: { departmentId: 'billing', name: 'Invoices', at },
  AgentRegistered: { agentId: 'amir', name: 'Amir', departmentIds: ['billing'], at },
  AgentDepartmentsChanged: { agentId: 'amir', departmentIds: [], at },
  DepartmentRetired: { departmentId: 'billing', successorId: 'technical', at },
  DepartmentRestored: { departmentId: 'billing', at },
  AgentDeactivated: { agentId: 'amir', handOverTo: 'bea', at },
  AgentReactivated: { agentId: 'amir', at },
  DepartmentScopeChanged: { scope: 'members', at },
};

const recorded = (type: string, data: Record<string, unknown>): RecordedEvent => ({
  position: 7,
  eventId: id,
  tenantId: '7f4f5b1e-0000-4000-8000-0000000000ff',
  streamId: `handling-${ticketId}`,
  version: 2,
  type,
  schemaVersion: 1,
  data,
  metadata: { actor: { kind: 'agent', id: 'amir' }, correlationId: 'c-1', causationId: id, requestHash: 'secret' },
  occurredAt: at,
  recordedAt: '2026-03-02T09:00:01.000Z',
});
/** As it travels: undefined members do not. */
const told = (type: string, data: Record<string, unknown>) =>
  JSON.parse(JSON.stringify(toPublicEvent(recorded(type, data)))) as PublicEvent;

it('tells every event that has a contract', () => {
  expect(Object.keys(examples).sort()).toEqual(Object.keys(routingEvents).sort());
});

it.each(Object.entries(examples))('tells %s as its contract says', (type, data) => {
  const event = told(type, data);
  expect(validatePublicEvent(event)).toEqual([]);
  expect(event).toMatchObject({ type, data, source: 'routing', position: 7, version: 2, causationId: id });
});

it('keeps to itself how a command was recognized', () => {
  expect(JSON.stringify(told('TicketResumed', about))).not.toContain('secret');
});

it.each(['InternalNoteAdded', 'HandlingWithdrawn', 'HandlingReturned'])('keeps %s private', (type) => {
  expect(toPublicEvent(recorded(type, about))).toBeUndefined();
});

it('refuses a type it does not know instead of losing it', () => {
  expect(() => toPublicEvent(recorded('TicketPondered', about))).toThrow('TicketPondered');
});
