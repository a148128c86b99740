/** Test support: random tickets, and random orders in which their events arrive. */
import type { RecordedEvent } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { start, ticketIdOf, TicketStory } from './ticket-story.js';

const department = fc.constantFrom('billing', 'technical', 'sales');
const agent = fc.constantFrom('ada', 'bob', undefined);
const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
type Step = (story: TicketStory, minute: number, by: string | undefined) => unknown;

const intakeStep: fc.Arbitrary<Step> = fc.oneof(
  fc.constant<Step>((story, minute) => story.told('RequesterReplied', minute)),
  fc.constant<Step>((story, minute) => {
    const replies = [{ replyId: ticketIdOf(1), at: new Date(start + minute * 60_000).toISOString() }];
    return story.told('RequesterReplied', minute).told('TicketSplit', minute + 90, { replies });
  }),
  fc.constant<Step>((story, minute) => story.told('TicketReopenedByRequester', minute)),
  fc.constant<Step>((story, minute) => story.told('TicketClosedByRequester', minute)),
  fc.constant<Step>((story, minute) => story.told('TicketMarkedSpam', minute)),
  fc.constant<Step>((story, minute) => story.told('TicketUnmarkedSpam', minute)),
);
const merge: fc.Arbitrary<Step> = fc.constantFrom<Step>(
  (story, minute) => story.told('TicketMerged', minute),
  (story, minute) => story.told('TicketMerged', minute).told('TicketUnmerged', minute + 5),
);

const routingStep: fc.Arbitrary<Step> = fc.oneof(
  nullable(department).map<Step>(
    (departmentId) => (story, minute, by) => story.did('TicketQueued', minute, { departmentId }, by),
  ),
  fc
    .record({ agentId: fc.constantFrom('ada', 'bob'), departmentId: nullable(department) })
    .map<Step>((data) => (story, minute, by) => story.did('TicketAssigned', minute, data, by)),
  fc.constant<Step>((story, minute, by) => story.did('AssignmentReleased', minute, {}, by)),
  fc
    .record({ fromDepartmentId: nullable(department), toDepartmentId: department })
    .map<Step>((data) => (story, minute, by) => story.did('TicketTransferred', minute, data, by)),
  fc
    .record({ agentId: fc.constantFrom('ada', 'bob'), automatic: fc.boolean() })
    .map<Step>((data) => (story, minute, by) => story.did('AgentReplied', minute, data, by)),
  fc
    .constantFrom('low', 'normal', 'high')
    .map<Step>((to) => (story, minute, by) => story.did('PriorityChanged', minute, { to }, by)),
  fc
    .subarray(['vip', 'refund'])
    .map<Step>((tags) => (story, minute, by) => story.did('TicketTagged', minute, { tags }, by)),
  fc
    .constantFrom('requester', 'internal')
    .map<Step>((reason) => (story, minute, by) => story.did('TicketPaused', minute, { reason }, by)),
  fc.constant<Step>((story, minute, by) => story.did('TicketResumed', minute, {}, by)),
  fc
    .record({ departmentId: nullable(department) })
    .map<Step>((data) => (story, minute, by) => story.did('TicketResolved', minute, data, by)),
  fc.constant<Step>((story, minute, by) => story.did('TicketReopened', minute, {}, by)),
  fc.constant<Step>((story, minute, by) => story.did('TicketClosed', minute, {}, by)),
  fc.constant<Step>((story, minute, by) => story.did('WrapUpStarted', minute, {}, by)),
  fc.constant<Step>((story, minute, by) => story.did('WrapUpCompleted', minute, {}, by)),
  fc
    .record({ activity: fc.constantFrom('call', 'visit'), seconds: fc.nat(600) })
    .map<Step>((data) => (story, minute, by) => story.did('ActivityLogged', minute, data, by)),
);

/** Mostly forward, now and then back: imported logs are not sorted. */
const pause = fc.oneof(
  { arbitrary: fc.nat(300), weight: 9 },
  { arbitrary: fc.integer({ min: -200, max: -1 }), weight: 1 },
);
const steps = (step: fc.Arbitrary<Step>, maxLength: number) =>
  fc.array(fc.record({ step, pause, by: agent }), { maxLength });

/** A ticket whose events are possible ones; their order within a source may be odd, as imports are. */
const story = (number: number): fc.Arbitrary<TicketStory> =>
  fc
    .record({
      openedBy: fc.constantFrom('requester' as const, 'bot' as const, 'agent' as const),
      opening: fc.record({ channel: fc.constantFrom('portal', 'email') }),
      asked: fc.option(fc.record({ departmentId: department, priority: fc.constantFrom('low', 'high') })),
      firstMinute: fc.nat(3000),
      intake: steps(fc.oneof({ arbitrary: intakeStep, weight: 20 }, { arbitrary: merge, weight: 1 }), 6),
      routing: steps(routingStep, 20),
    })
    .map(({ openedBy, opening, asked, firstMinute, intake, routing }) => {
      const ticket = new TicketStory(ticketIdOf(number));
      ticket.told('TicketOpened', firstMinute, { ...opening, ...asked }, { kind: openedBy });
      for (const list of [intake, routing]) {
        let minute = firstMinute;
        for (const { step, pause: wait, by } of list) step(ticket, (minute += wait), by);
      }
      return ticket;
    });

export const tickets = fc
  .integer({ min: 1, max: 5 })
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, i) => story(i + 1))));

/** The events of all streams, each stream in its order, in some order between them. */
export function interleaved(
  streams: readonly (readonly RecordedEvent[])[],
  choices: readonly number[],
): RecordedEvent[] {
  const waiting = streams.filter((stream) => stream.length > 0).map((stream) => [...stream]);
  const arrived: RecordedEvent[] = [];
  for (let turn = 0; waiting.length > 0; turn++) {
    const index = (choices[turn % Math.max(1, choices.length)] ?? 0) % waiting.length;
    const next = waiting[index]?.shift();
    if (next) arrived.push({ ...next, position: arrived.length + 1 });
    if (waiting[index]?.length === 0) waiting.splice(index, 1);
  }
  return arrived;
}

/** Cuts a list into batches of these sizes, over and over. */
export function batches<T>(list: readonly T[], sizes: readonly number[]): T[][] {
  const result: T[][] = [];
  for (let at = 0, turn = 0; at < list.length; turn++) {
    const size = Math.max(1, sizes[turn % Math.max(1, sizes.length)] ?? 1);
    result.push(list.slice(at, at + size));
    at += size;
  }
  return result;
}

/** An order of arrival and a way to cut it. */
export const arrival = fc.record({
  choices: fc.array(fc.nat(20), { minLength: 1, maxLength: 40 }),
  sizes: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 5 }),
});
