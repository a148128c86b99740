import type { RecordedEvent } from '@guichet/event-sourcing';
import fc from 'fast-check';
import { interleaved, tickets } from '../../testing/arbitrary-tickets.js';
import { deriveFact, foldEvent } from './derive.js';
import { newFold } from './fold-state.js';
import { isHandlingEvent, isIntakeEvent } from './ticket-event.js';
import type { TicketFact } from './ticket-fact.js';
import { start, tenantId, ticketIdOf, TicketStory } from '../../testing/ticket-story.js';

const minutes = (instant: number | null | undefined) =>
  instant === null || instant === undefined ? instant : (instant - start) / 60_000;

function factOf(events: readonly RecordedEvent[]): TicketFact {
  const fold = newFold(tenantId, ticketIdOf(1));
  for (const event of events) if (isIntakeEvent(event) || isHandlingEvent(event)) foldEvent(fold, event);
  return deriveFact(fold);
}
const known = (story: TicketStory) => factOf([...story.intake, ...story.routing]);
const opened = () => new TicketStory().told('TicketOpened', 0).did('TicketQueued', 0);
const intervals = ({ openIntervals }: TicketFact) => openIntervals.map(({ from, to }) => [minutes(from), minutes(to)]);
const backlog = ({ backlog: segments }: TicketFact) =>
  segments.map(({ from, to, departmentId, priority }) => [minutes(from), minutes(to), departmentId, priority]);

describe('an opening', () => {
  it('says who, where and how', () => {
    expect(known(opened())).toMatchObject({
      number: 'GU-1001',
      channel: 'portal',
      device: 'desktop',
      locale: 'fr',
      openedAt: start,
      openedBy: 'requester',
      status: 'open',
      counted: true,
      net: true,
      openingDepartmentId: 'billing',
      openingPriority: 'normal',
      requesterMessageCount: 1,
    });
  });
  it('counts for the department that took the ticket, with the priority asked for', () => {
    const story = new TicketStory().told('TicketOpened', 0, { departmentId: 'sales', priority: 'low', tags: ['a'] });
    expect(known(story.did('TicketQueued', 1))).toMatchObject({
      openingDepartmentId: 'billing',
      openingPriority: 'low',
      departmentId: 'billing',
      priority: 'normal',
      tags: ['a'],
      transfers: [],
    });
  });
  it('counts for the department asked for until routing tells, and for none that routing does not know', () => {
    const asked = () => new TicketStory().told('TicketOpened', 0, { departmentId: 'nonexist' });
    expect(known(asked())).toMatchObject({ openingDepartmentId: 'nonexist' });
    const queued = asked().did('TicketQueued', 1, { departmentId: null, unknownDepartmentId: 'nonexist' });
    expect(known(queued)).toMatchObject({ openingDepartmentId: null, departmentId: null });
  });
  it('counts for no department while none has the ticket, and for the first one from then on, without a transfer', () => {
    const waiting = () => new TicketStory().told('TicketOpened', 0).did('TicketQueued', 1, { departmentId: null });
    expect(known(waiting())).toMatchObject({ openingDepartmentId: null, departmentId: null, counted: true });
    expect(backlog(known(waiting()))).toEqual([[0, null, null, 'normal']]);
    const routed = waiting().did('TicketTransferred', 30, { fromDepartmentId: null, toDepartmentId: 'billing' });
    expect(known(routed)).toMatchObject({ openingDepartmentId: 'billing', departmentId: 'billing', transfers: [] });
    expect(backlog(known(routed))).toEqual([[0, null, 'billing', 'normal']]);
  });
  it('is awaited: what routing tells before is kept, and in no figure', () => {
    const story = opened().did('TicketAssigned', 5).did('TicketResolved', 9);
    expect(factOf(story.routing)).toMatchObject({ openedAt: null, counted: false, backlog: [], firstAssignment: null });
    expect(factOf([...story.routing, ...story.intake])).toEqual(known(story));
  });
  it('by a bot is counted, but not net', () => {
    const story = new TicketStory().told('TicketOpened', 0, {}, { kind: 'bot' });
    expect(known(story)).toMatchObject({ counted: true, net: false });
  });
});

describe('spam and merged tickets', () => {
  it('are not counted, until the mark is taken away', () => {
    const story = opened().told('TicketMarkedSpam', 1);
    expect(known(story)).toMatchObject({ spam: true, counted: false, net: false, backlog: [] });
    expect(known(story.told('TicketUnmarkedSpam', 2))).toMatchObject({ spam: false, counted: true, net: true });
  });
  it('tell which ticket carries them on', () => {
    const fact = known(opened().told('TicketMerged', 1, { intoTicketId: ticketIdOf(7) }));
    expect(fact).toMatchObject({ mergedIntoTicketId: ticketIdOf(7), counted: false });
  });
  it('are as if they had never been merged once the merge is undone', () => {
    const story = () => opened().told('RequesterReplied', 1);
    const undone = story().told('TicketMerged', 2).told('TicketUnmerged', 3);
    expect({ ...known(undone), lastEventAt: 0 }).toEqual({ ...known(story()), lastEventAt: 0 });
  });
});

describe('a split', () => {
  it('takes the messages out of the hours in which they were written', () => {
    const at = (minute: number) => new Date(start + minute * 60_000).toISOString();
    const replies = [61, 200].map((minute) => ({ replyId: ticketIdOf(minute), at: at(minute) }));
    const story = opened().told('RequesterReplied', 61).told('RequesterReplied', 62).told('RequesterReplied', 200);
    const { requesterMessages, requesterMessageCount } = known(story.told('TicketSplit', 300, { replies }));
    expect(requesterMessageCount).toBe(2);
    expect(requesterMessages.map(({ at: instant, n }) => [minutes(instant), n])).toEqual([
      [0, 1],
      [61, 1],
    ]);
  });
});

describe('the first response', () => {
  it('is the first reply that no rule wrote, credited to the department that had the ticket then', () => {
    const story = opened()
      .did('AgentReplied', 1, { automatic: true })
      .did('TicketTransferred', 2)
      .did('AgentReplied', 30, { agentId: 'bob' })
      .did('TicketTransferred', 40, { fromDepartmentId: 'technical', toDepartmentId: 'sales' })
      .did('AgentReplied', 50);
    const { firstResponse, agentMessageCount, automaticReplyCount, departmentId } = known(story);
    expect(minutes(firstResponse?.at)).toBe(30);
    expect(firstResponse).toMatchObject({ departmentId: 'technical', priority: 'normal', agentId: 'bob' });
    expect([agentMessageCount, automaticReplyCount, departmentId]).toEqual([2, 1, 'sales']);
  });
  it('is not what a bot wrote, even where the reply is not marked as automatic', () => {
    const story = opened().did('AgentReplied', 1, { agentId: 'hal', automatic: false }, { kind: 'bot', id: 'hal' });
    expect(known(story)).toMatchObject({ firstResponse: null, agentMessageCount: 0, automaticReplyCount: 1 });
    const { firstResponse, agentMessageCount } = known(story.did('AgentReplied', 8, {}, 'ada'));
    expect([minutes(firstResponse?.at), agentMessageCount]).toEqual([8, 1]);
  });
});

describe('resolutions', () => {
  const resolvedTwice = () => opened().did('TicketResolved', 10).did('TicketReopened', 20).did('TicketResolved', 35);
  it('end the interval; a reopening begins another', () => {
    const fact = known(resolvedTwice());
    expect(intervals(fact)).toEqual([
      [0, 10],
      [20, 35],
    ]);
    expect([minutes(fact.firstResolution?.at), minutes(fact.lastResolution?.at)]).toEqual([10, 35]);
    expect([fact.resolutions.length, fact.reopenings.length, fact.status]).toEqual([2, 1, 'resolved']);
  });
  it('are not final once the ticket is reopened', () => {
    const fact = known(resolvedTwice().did('TicketReopened', 40));
    expect(fact).toMatchObject({ lastResolution: null, lastEnd: null, status: 'open' });
    expect(minutes(fact.firstResolution?.at)).toBe(10);
  });
  it('change nothing while resolved', () => {
    const fact = known(opened().did('TicketResolved', 10).did('TicketResolved', 99));
    expect(minutes(fact.lastResolution?.at)).toBe(10);
    expect(fact.resolutions).toHaveLength(1);
  });
  it('belong to the department they name and the agent who made them', () => {
    const story = opened().did('TicketAssigned', 1).did('TicketResolved', 2, { departmentId: 'night' }, 'eve');
    expect(known(story).firstResolution).toMatchObject({ departmentId: 'night', agentId: 'eve' });
  });
});

describe('closings', () => {
  it('end an open ticket without resolving it', () => {
    const fact = known(opened().told('TicketClosedByRequester', 7));
    expect(fact).toMatchObject({ status: 'closed', firstResolution: null, lastResolution: null, resolutions: [] });
    expect(intervals(fact)).toEqual([[0, 7]]);
    expect(minutes(fact.lastClosedAt)).toBe(7);
  });
  it('leave a resolved ticket resolved, and the last one counts', () => {
    const fact = known(opened().did('TicketResolved', 5).did('TicketClosed', 15).did('TicketClosed', 45));
    expect(fact.status).toBe('resolved');
    expect([minutes(fact.lastResolution?.at), minutes(fact.lastClosedAt)]).toEqual([5, 45]);
  });
  it('may be followed by a resolution, which leaves the interval as it ended', () => {
    const fact = known(opened().did('TicketClosed', 5).did('TicketResolved', 8));
    expect(fact.status).toBe('resolved');
    expect(intervals(fact)).toEqual([[0, 5]]);
    expect(minutes(fact.lastResolution?.at)).toBe(8);
    expect(fact.unresolvedClosings.map(({ at, n }) => [minutes(at), n])).toEqual([
      [5, 1],
      [8, -1],
    ]);
  });
  it('end a reopened ticket unresolved, also where it was resolved before', () => {
    const fact = known(opened().did('TicketResolved', 10).did('TicketReopened', 20).did('TicketClosed', 30));
    expect(fact.unresolvedClosings.map(({ at, n }) => [minutes(at), n])).toEqual([[30, 1]]);
  });
});

describe('reopenings', () => {
  it('of an open ticket count, and open no interval', () => {
    const fact = known(opened().did('TicketReopened', 5).did('TicketResolved', 9));
    expect(fact.reopenings.map(({ opens }) => opens)).toEqual([false]);
    expect(intervals(fact)).toEqual([[0, 9]]);
  });
  it('by the requester and the one by which routing follows are one', () => {
    const story = opened().did('TicketResolved', 10).told('TicketReopenedByRequester', 20).did('TicketReopened', 21);
    const fact = known(story);
    expect(fact.reopenings.map(({ at }) => minutes(at))).toEqual([20]);
    expect(intervals(fact)).toEqual([
      [0, 10],
      [20, null],
    ]);
    expect(known(story.did('TicketResolved', 30).did('TicketReopened', 40)).reopenings).toHaveLength(2);
  });
  it('by the requester change nothing when an agent was faster', () => {
    const story = opened().did('TicketResolved', 10).did('TicketReopened', 19).told('TicketReopenedByRequester', 20);
    expect(known(story).reopenings.map(({ at }) => minutes(at))).toEqual([19]);
  });
});

describe('transfers', () => {
  const transfer = (story: TicketStory, minute: number, from: string | null, to: string) =>
    story.did('TicketTransferred', minute, { fromDepartmentId: from, toDepartmentId: to });
  it('count from the second department on, and up to the first resolution', () => {
    const story = new TicketStory().told('TicketOpened', 0);
    transfer(story, 1, null, 'a');
    transfer(story, 2, 'a', 'b');
    transfer(story.did('TicketResolved', 2), 3, 'b', 'c');
    const fact = known(story);
    expect(fact.transfers.map(({ departmentId, toDepartmentId }) => [departmentId, toDepartmentId])).toEqual([
      ['a', 'b'],
      ['b', 'c'],
    ]);
    expect([fact.transfersToFirstResolution, fact.openingDepartmentId]).toEqual([1, 'a']);
  });
  it('to where the ticket comes from are none', () => {
    const fact = known(transfer(opened(), 1, 'billing', 'billing'));
    expect(fact).toMatchObject({ transfers: [], transfersToFirstResolution: 0, departmentId: 'billing' });
  });
  it.each([
    [['a', 'b', 'a', 'b', 'a'], 3],
    [['a', 'b', 'c', 'a'], 0],
    [['a', 'b', 'a', 'c', 'a'], 2],
  ])('%j has %i returns', (path, returns) => {
    const story = new TicketStory().told('TicketOpened', 0);
    path.slice(1).forEach((to, index) => transfer(story, index + 1, path[index] ?? null, to));
    expect(known(story).pingPongReturns).toBe(returns);
  });
});

describe('agent changes', () => {
  it('are consecutive events of different agents; other actors do not hide them', () => {
    const story = opened()
      .did('TicketAssigned', 1, {}, 'ada')
      .did('ActivityLogged', 2)
      .did('ActivityLogged', 3, {}, 'bob')
      .did('ActivityLogged', 4, {}, 'bob')
      .did('TicketResolved', 5, {}, 'ada')
      .did('ActivityLogged', 5, {}, 'eve')
      .did('TicketClosed', 6, {}, 'ada');
    const { agentChangeCount, agentChangesToFirstResolution } = known(story);
    expect([agentChangeCount, agentChangesToFirstResolution]).toEqual([4, 3]);
  });
  it('before a resolution count by their time, once it is known', () => {
    const story = opened().did('ActivityLogged', 1, {}, 'ada').did('ActivityLogged', 90, {}, 'bob');
    expect(known(story).agentChangesToFirstResolution).toBe(1);
    expect(known(story.did('TicketResolved', 60, {}, 'bob')).agentChangesToFirstResolution).toBe(0);
  });
});

describe('times', () => {
  it('of work run while an agent has an open ticket that is not paused, and in wrap-up', () => {
    const story = opened()
      .did('TicketAssigned', 10)
      .did('TicketPaused', 15, { reason: 'third-party' })
      .did('TicketResumed', 25)
      .did('AssignmentReleased', 30)
      .did('TicketAssigned', 40)
      .did('TicketResolved', 60)
      .did('WrapUpStarted', 60)
      .did('WrapUpCompleted', 64);
    const fact = known(story);
    expect(fact.handleSeconds).toBe((5 + 5 + 20 + 4) * 60);
    expect(fact.wrapUpSeconds).toBe(240);
    expect([fact.handleSince, fact.requesterWaitSince]).toEqual([null, null]);
    expect(fact.requesterWaitSeconds).toBe(3600);
  });
  it('of wrap-up stop where the ticket is reopened: nobody works twice at once', () => {
    const story = opened()
      .did('TicketAssigned', 0)
      .did('TicketResolved', 60)
      .did('WrapUpStarted', 60)
      .did('TicketReopened', 70)
      .did('TicketResolved', 100)
      .did('WrapUpCompleted', 120);
    const fact = known(story);
    expect([fact.wrapUpSeconds, fact.handleSeconds]).toEqual([600, (60 + 10 + 30) * 60]);
    expect(minutes(fact.lastWrapUp?.at)).toBe(70);
  });
  it('of work never exceed the time from the opening to the last event', () =>
    fc.assert(
      fc.property(tickets, (stories) => {
        for (const fact of stories.map(known)) {
          const elapsed = Math.max(0, fact.lastEventAt - (fact.openedAt ?? NaN)) / 1000;
          expect(fact.handleSeconds ?? 0).toBeLessThanOrEqual(elapsed);
          expect(fact.requesterWaitSeconds ?? 0).toBeLessThanOrEqual(elapsed);
        }
      }),
    ));
  it('of waiting stop while we wait for the requester', () => {
    const story = opened().did('TicketPaused', 10).did('TicketResumed', 40);
    const fact = known(story);
    expect(fact.requesterWaitSeconds).toBe(600);
    expect(minutes(fact.requesterWaitSince)).toBe(40);
    expect([fact.handleSeconds, fact.handleSince]).toEqual([null, null]);
    expect(known(story.did('TicketResolved', 45)).requesterWaitSeconds).toBe(900);
  });
  it('survive an imported row from before the opening', () => {
    const fact = known(opened().did('TicketAssigned', -5).did('TicketResolved', -2));
    expect(minutes(fact.firstAssignment?.at)).toBe(-5);
    expect([fact.handleSeconds, fact.requesterWaitSeconds, fact.backlog.length]).toEqual([0, 0, 0]);
    expect(intervals(fact)).toEqual([[0, 0]]);
  });
});

describe('the backlog', () => {
  it('is split where department or priority changes, and covers the open intervals exactly', () => {
    const story = opened()
      .did('TicketTransferred', 10)
      .did('PriorityChanged', 20)
      .did('TicketResolved', 30)
      .did('TicketTransferred', 35, { fromDepartmentId: 'technical', toDepartmentId: 'sales' })
      .did('TicketReopened', 40);
    expect(backlog(known(story))).toEqual([
      [0, 10, 'billing', 'normal'],
      [10, 20, 'technical', 'normal'],
      [20, 30, 'technical', 'high'],
      [40, null, 'sales', 'high'],
    ]);
  });
  it('gives the latest owner, when times go back', () => {
    const story = opened().did('TicketTransferred', 10).did('TicketTransferred', 5, {
      fromDepartmentId: 'technical',
      toDepartmentId: 'sales',
    });
    expect(backlog(known(story))).toEqual([
      [0, 10, 'billing', 'normal'],
      [10, null, 'sales', 'normal'],
    ]);
  });
  it('has a ticket once, when a reopening is told before the closing it follows', () => {
    const story = opened()
      .told('TicketClosedByRequester', 44)
      .told('TicketReopenedByRequester', 43)
      .did('TicketTransferred', 43);
    const fact = known(story);
    expect(intervals(fact)).toEqual([
      [0, 44],
      [44, null],
    ]);
    expect(backlog(fact)).toEqual([
      [0, 43, 'billing', 'normal'],
      [43, 44, 'technical', 'normal'],
      [44, null, 'technical', 'normal'],
    ]);
  });
  it('is split where the agent or the tags change', () => {
    const story = new TicketStory()
      .told('TicketOpened', 0, { tags: ['vip'] })
      .did('TicketQueued', 0)
      .did('TicketAssigned', 10, { agentId: 'ada' })
      .did('TicketTagged', 20, { tags: [] })
      .did('AssignmentReleased', 30);
    expect(known(story).backlog.map(({ from, agentId, tags }) => [minutes(from), agentId, tags])).toEqual([
      [0, null, ['vip']],
      [10, 'ada', ['vip']],
      [20, 'ada', []],
      [30, null, []],
    ]);
  });
  it('has every ticket once at any time, whatever is told', () =>
    fc.assert(
      fc.property(tickets, (stories) => {
        for (const { backlog: segments } of stories.map(known)) {
          segments.reduce((end, { from, to }) => {
            expect(from).toBeGreaterThanOrEqual(end);
            expect(to ?? Infinity).toBeGreaterThan(from);
            return to ?? Infinity;
          }, -Infinity);
        }
      }),
    ));
});

describe('openings, reopenings, resolutions and closings', () => {
  const turnsOf = ({ counted, openedAt, reopenings, resolutions, unresolvedClosings }: TicketFact) =>
    counted
      ? [
          { at: openedAt ?? NaN, n: 1 },
          ...reopenings.filter(({ opens }) => opens).map(({ at }) => ({ at, n: 1 })),
          ...resolutions.map(({ at }) => ({ at, n: -1 })),
          ...unresolvedClosings.map(({ at, n }) => ({ at, n: -n })),
        ]
      : [];
  const openAt = (facts: readonly TicketFact[], instant: number) =>
    facts.flatMap((fact) => fact.backlog).filter(({ from, to }) => from <= instant && instant < (to ?? Infinity))
      .length;

  it('add up to the backlog at every instant, whatever is told', () =>
    fc.assert(
      fc.property(tickets, (stories) => {
        const facts = stories.map(known);
        const turns = facts.flatMap(turnsOf);
        for (const { at } of turns) {
          for (const instant of [at - 1, at, at + 1]) {
            const balance = turns.reduce((sum, turn) => sum + (turn.at <= instant ? turn.n : 0), 0);
            expect([minutes(instant), balance]).toEqual([minutes(instant), openAt(facts, instant)]);
          }
        }
      }),
      { numRuns: 300 },
    ));

  it('of the past stay as they were when something happens later; only spam and merging reach back', () =>
    fc.assert(
      fc.property(tickets, fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), (stories, turns) => {
        for (const { intake, routing } of stories) {
          const events = interleaved([intake, routing], turns.map(Number));
          const before = (fact: TicketFact, instant: number) => turnsOf(fact).filter(({ at }) => at < instant);
          events.forEach(({ type, occurredAt }, index) => {
            if (
              index === 0 ||
              ['TicketMarkedSpam', 'TicketUnmarkedSpam', 'TicketMerged', 'TicketUnmerged', 'TicketOpened'].includes(
                type,
              )
            )
              return;
            const [known, since] = [factOf(events.slice(0, index)), factOf(events.slice(0, index + 1))];
            const instant = Date.parse(occurredAt);
            expect(before(since, instant)).toEqual(before(known, instant));
          });
        }
      }),
      { numRuns: 100 },
    ));
});

it('counts what is told of years that there are not at the nearest instant there is', () => {
  const [event] = opened().intake as [RecordedEvent];
  expect(factOf([{ ...event, occurredAt: '0001-01-01T00:00:00Z' }]).openedAt).toBe(Date.UTC(1900, 0, 1));
  expect(factOf([{ ...event, occurredAt: '9999-12-31T23:59:59Z' }]).openedAt).toBe(Date.UTC(2200, 0, 1) - 1);
});

it('is one touch when resolved by the only reply and never reopened', () => {
  const story = opened().did('AgentReplied', 5).did('TicketResolved', 6);
  expect(known(story).oneTouch).toBe(true);
  expect(known(story.did('TicketReopened', 7)).oneTouch).toBe(false);
  expect(known(story.did('TicketResolved', 8)).oneTouch).toBe(false);
});

it('skips what is delivered again', () => {
  const story = opened().did('TicketTransferred', 1).did('AgentReplied', 2).did('TicketResolved', 3);
  const events = [...story.intake, ...story.routing];
  expect(factOf([...events, ...events, ...story.routing])).toEqual(factOf(events));
});

it('counts activities and messages by hour and owner', () => {
  const story = opened()
    .did('ActivityLogged', 1, { seconds: 30 }, 'ada')
    .did('ActivityLogged', 20, { seconds: 10 }, 'ada')
    .did('ActivityLogged', 61, {}, 'ada')
    .did('ActivityLogged', 62, { activity: 'visit' }, 'ada');
  expect(known(story).activities.map(({ at, activity, n, seconds }) => [minutes(at), activity, n, seconds])).toEqual([
    [1, 'call', 2, 40],
    [61, 'call', 1, 0],
    [62, 'visit', 1, 0],
  ]);
});
