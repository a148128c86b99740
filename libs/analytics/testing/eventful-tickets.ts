/** Test support: random tickets to which much happens, most of it in the usual order. */
import fc from 'fast-check';
import { ticketIdOf, TicketStory } from './ticket-story.js';

const departments = ['billing', 'technical', 'sales'] as const;
const agents = ['ada', 'bob'] as const;

/** Numbers to make choices with, so that a ticket is one flat record that shrinks well. */
const choices = fc.record({
  openedBy: fc.constantFrom('requester' as const, 'agent' as const, 'bot' as const),
  channel: fc.constantFrom('portal', 'email'),
  tags: fc.subarray(['vip', 'refund']),
  asked: fc.boolean(),
  firstMinute: fc.nat(3000),
  pauses: fc.array(fc.nat(240), { minLength: 16, maxLength: 16 }),
  skips: fc.array(fc.nat(9), { minLength: 16, maxLength: 16 }),
  picks: fc.array(fc.nat(5), { minLength: 16, maxLength: 16 }),
});
type Choices = typeof choices extends fc.Arbitrary<infer T> ? T : never;

function storyOf(
  number: number,
  { openedBy, channel, tags, asked, firstMinute, pauses, skips, picks }: Choices,
): TicketStory {
  const ticket = new TicketStory(ticketIdOf(number));
  const request = asked ? { departmentId: 'sales', priority: 'low' } : {};
  ticket.told('TicketOpened', firstMinute, { channel, tags, ...request }, { kind: openedBy, id: 'r1' });
  let minute = firstMinute;
  let turn = 0;
  let departmentId: string = departments[(picks[0] ?? 0) % 3] ?? 'billing';
  /** What is next may be left out; `doIt` gets its minute and who does it. */
  const then = (doIt: (minute: number, agentId: string) => unknown, keep = 7) => {
    turn = (turn + 1) % 16;
    minute += pauses[turn] ?? 0;
    if ((skips[turn] ?? 0) < keep) doIt(minute, agents[(picks[turn] ?? 0) % 2] ?? 'ada');
  };
  const transfer = (at: number, by: string) => {
    const toDepartmentId = departments[((picks[turn] ?? 0) + 1) % 3] ?? 'sales';
    ticket.did('TicketTransferred', at, { fromDepartmentId: departmentId, toDepartmentId }, by);
    departmentId = toDepartmentId;
  };
  ticket.did('TicketQueued', firstMinute, { departmentId, priority: asked ? 'low' : 'normal' });
  then((at, agentId) => ticket.did('TicketAssigned', at, { agentId, departmentId }, agentId));
  then(transfer, 4);
  then((at, agentId) => ticket.did('AgentReplied', at, { agentId }, agentId), 8);
  then((at) => ticket.told('RequesterReplied', at));
  then((at, by) => ticket.did('PriorityChanged', at, { from: 'normal', to: 'high' }, by), 4);
  then(transfer, 5);
  then(transfer, 3);
  then((at, agentId) => ticket.did('TicketResolved', at, { agentId, departmentId }, agentId), 8);
  then(
    (at, agentId) =>
      ticket.did('WrapUpStarted', at, { agentId }, agentId).did('WrapUpCompleted', at + 7, { agentId }, agentId),
    5,
  );
  then((at) => ticket.did('TicketReopened', at), 3);
  then(transfer, 4);
  then((at, by) => ticket.did('ActivityLogged', at, { activity: 'call', seconds: 60 }, by));
  then((at, agentId) => ticket.did('TicketResolved', at, { agentId, departmentId }, agentId), 5);
  then((at) => ticket.did('TicketClosed', at), 4);
  then((at) => ticket.told('TicketMarkedSpam', at), 1);
  return ticket;
}

export const eventfulTickets: fc.Arbitrary<TicketStory[]> = fc
  .array(choices, { minLength: 3, maxLength: 8, size: 'max' })
  .map((all) => all.map((one, i) => storyOf(i + 1, one)));
