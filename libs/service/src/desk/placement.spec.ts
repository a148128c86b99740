import { placementOf } from './placement.js';

const queued = { type: 'TicketQueued', data: { departmentId: 'billing' } };
const assigned = { type: 'TicketAssigned', data: { agentId: 'amir', departmentId: null } };
const released = { type: 'AssignmentReleased', data: { agentId: 'amir' } };
const transferred = { type: 'TicketTransferred', data: { fromDepartmentId: 'billing', toDepartmentId: 'technical' } };

it.each([
  ['nothing', [], { departmentId: null, agentId: null }],
  ['a queue', [queued], { departmentId: 'billing', agentId: null }],
  ['an agent', [queued, assigned], { departmentId: 'billing', agentId: 'amir' }],
  ['a release', [queued, assigned, released], { departmentId: 'billing', agentId: null }],
  ['a transfer', [queued, assigned, transferred], { departmentId: 'technical', agentId: 'amir' }],
  ['other events', [queued, { type: 'AgentReplied', data: {} }], { departmentId: 'billing', agentId: null }],
])('follows %s', (_what, events, place) => expect(placementOf(events)).toEqual(place));
