import { specification } from '@guichet/event-sourcing/testing';
import { type Caller, type TicketCommand, type TicketEvent, ticketDecider } from './ticket.js';
import type { WorkSide, WorkStatus } from './ticket-state.js';

const given = specification(ticketDecider);
const at = '2026-03-02T09:00:00.000Z';
const [ticketId, otherId, thirdId] = ['ticket-a', 'ticket-b', 'ticket-c'] as const;
const rita: Caller = { role: 'requester', id: 'rita' };
const mallory: Caller = { role: 'requester', id: 'mallory' };
const staff: Caller = { role: 'staff' };

const opening = {
  ticketId,
  number: 'GU-1001',
  requesterId: 'rita',
  subject: 'Charged twice',
  channel: 'portal',
  device: 'mobile',
  locale: 'fr',
  at,
} as const;
const opened: TicketEvent = { type: 'TicketOpened', data: opening };
const closed: TicketEvent = { type: 'TicketClosedByRequester', data: { ticketId, at } };
const reopened: TicketEvent = { type: 'TicketReopenedByRequester', data: { ticketId, at } };
const spam: TicketEvent = { type: 'TicketMarkedSpam', data: { ticketId, at } };
const notSpam: TicketEvent = { type: 'TicketUnmarkedSpam', data: { ticketId, at } };
const merged: TicketEvent = { type: 'TicketMerged', data: { ticketId, intoTicketId: otherId, at } };

const text = { ticketId, replyId: 'reply-1', body: 'Still charged', at };
const work = (status: WorkStatus, heard: number): WorkSide => ({ status, heard, changedAt: at });
const reply = (caller: Caller, side: WorkSide | null = null, redirectedFrom?: string): TicketCommand => ({
  type: 'ReplyToTicket',
  data: { ...text, caller, work: side, ...(redirectedFrom !== undefined && { redirectedFrom }) },
});
const replied: TicketEvent = { type: 'RequesterReplied', data: text };
const redirected: TicketEvent = { type: 'RequesterReplied', data: { ...text, redirectedFrom: otherId } };
const close = (caller: Caller, side: WorkSide | null = null): TicketCommand => ({
  type: 'CloseTicket',
  data: { ticketId, caller, work: side, at },
});
const reopen = (caller: Caller, side: WorkSide | null = null): TicketCommand => ({
  type: 'ReopenTicket',
  data: { ticketId, caller, work: side, at },
});
const markSpam: TicketCommand = { type: 'MarkTicketSpam', data: { ticketId, at } };
const unmarkSpam: TicketCommand = { type: 'UnmarkTicketSpam', data: { ticketId, at } };
const target = { known: true, spam: false, chain: [otherId] as string[], requesterIds: ['rita'] };
const merge = (intoTicketId: string, more: Partial<typeof target> = {}, acrossRequesters = false): TicketCommand => ({
  type: 'MergeTicket',
  data: { ticketId, intoTicketId, acrossRequesters, target: { ...target, chain: [intoTicketId], ...more }, at },
});

describe('opening', () => {
  it('opens a ticket', () => given().when({ type: 'OpenTicket', data: opening }).then(opened));
  it('opens it once', () => given(opened).when({ type: 'OpenTicket', data: opening }).thenNothing());
});

describe('replying', () => {
  it('adds the requester’s reply', () => given(opened).when(reply(rita)).then(replied));
  it('lets staff note a reply for the requester', () => given(opened).when(reply(staff)).then(replied));
  it('hides other people’s tickets', () => given(opened).when(reply(mallory)).thenRefused('unknown-ticket'));
  it('knows no ticket that was never opened', () => given().when(reply(rita)).thenRefused('unknown-ticket'));
  it('reopens what the requester had closed', () => given(opened, closed).when(reply(rita)).then(reopened, replied));
  it('reopens what routing had closed', () =>
    given(opened)
      .when(reply(rita, work('closed', 1)))
      .then(reopened, replied));
  it('reopens it once', () =>
    given(opened, reopened, replied)
      .when(reply(rita, work('closed', 1)))
      .then(replied));
  it('leaves it to routing to reopen what it resolved', () =>
    given(opened)
      .when(reply(rita, work('resolved', 1)))
      .then(replied));
  it('refuses on spam', () => given(opened, spam).when(reply(rita)).thenRefused('ticket-is-spam'));
  it('refuses on a merged ticket', () => given(opened, merged).when(reply(rita)).thenRefused('ticket-merged'));
  it('takes a redirected reply from another requester', () =>
    given(opened)
      .when(reply(mallory, null, otherId))
      .then(redirected));
});

describe('closing and reopening', () => {
  it('closes', () => given(opened).when(close(rita)).then(closed));
  it('closes once', () => given(opened, closed).when(close(rita)).thenNothing());
  it('hides other people’s tickets', () => given(opened).when(close(mallory)).thenRefused('unknown-ticket'));
  it('does not close a merged ticket', () => given(opened, merged).when(close(rita)).thenRefused('ticket-merged'));
  it('reopens what was closed', () => given(opened, closed).when(reopen(rita)).then(reopened));
  it('leaves an open ticket open', () => given(opened).when(reopen(rita)).thenNothing());
  it('reopens what routing resolved', () =>
    given(opened)
      .when(reopen(rita, work('resolved', 1)))
      .then(reopened));
  it('disagrees with one resolution once', () =>
    given(opened, reopened)
      .when(reopen(rita, work('resolved', 1)))
      .thenNothing());
  it('disagrees with the next resolution too', () =>
    given(opened, reopened)
      .when(reopen(rita, work('resolved', 2)))
      .then(reopened));
  it('closes again what an agent has reopened', () =>
    given(opened, closed)
      .when(close(rita, work('open', 2)))
      .then(closed));
  it('leaves open what an agent has reopened', () =>
    given(opened, closed)
      .when(reopen(rita, work('open', 2)))
      .thenNothing());
  it('does not reopen spam', () => given(opened, closed, spam).when(reopen(rita)).thenRefused('ticket-is-spam'));
  it('hides other people’s closed tickets', () =>
    given(opened, closed).when(reopen(mallory)).thenRefused('unknown-ticket'));
  it('copes with an imported closing that comes before the opening', () =>
    given(closed, opened).when(reopen(rita)).then(reopened));
});

describe('spam', () => {
  it('is marked', () => given(opened).when(markSpam).then(spam));
  it('is marked once', () => given(opened, spam).when(markSpam).thenNothing());
  it('is unmarked', () => given(opened, spam).when(unmarkSpam).then(notSpam));
  it('is unmarked once', () => given(opened, spam, notSpam).when(unmarkSpam).thenNothing());
  it('is not a matter of merged tickets', () => given(opened, merged).when(markSpam).thenRefused('ticket-merged'));
  it('needs a ticket', () => given().when(markSpam).thenRefused('unknown-ticket'));
});

describe('merging', () => {
  it('merges into another ticket', () => given(opened).when(merge(otherId)).then(merged));
  it('merges a closed ticket', () => given(opened, closed).when(merge(otherId)).then(merged));
  it('is already so the second time', () => given(opened, merged).when(merge(otherId)).thenNothing());
  it('does not merge elsewhere afterwards', () =>
    given(opened, merged).when(merge(thirdId)).thenRefused('ticket-merged'));
  it('does not merge into itself', () => given(opened).when(merge(ticketId)).thenRefused('merge-into-itself'));
  it('does not close a circle', () =>
    given(opened)
      .when(merge(otherId, { chain: [otherId, thirdId, ticketId] }))
      .thenRefused('merge-cycle'));
  it('needs a target', () =>
    given(opened)
      .when(merge(otherId, { known: false }))
      .thenRefused('unknown-merge-target'));
  it('does not merge into spam', () =>
    given(opened)
      .when(merge(otherId, { spam: true }))
      .thenRefused('merge-target-is-spam'));
  it('does not mix requesters unasked', () =>
    given(opened)
      .when(merge(otherId, { requesterIds: ['rita', 'mallory'] }))
      .thenRefused('different-requesters'));
  it('mixes requesters where it is asked to, and says so', () =>
    given(opened)
      .when(merge(otherId, { requesterIds: ['mallory'] }, true))
      .then({ type: 'TicketMerged', data: { ticketId, intoTicketId: otherId, acrossRequesters: true, at } }));
  it('can be undone', () => {
    const unmerge: TicketCommand = { type: 'UnmergeTicket', data: { ticketId, at } };
    const unmerged: TicketEvent = { type: 'TicketUnmerged', data: { ticketId, fromTicketId: otherId, at } };
    given(opened, merged).when(unmerge).then(unmerged);
    given(opened, merged, unmerged).when(unmerge).thenNothing();
    given(opened, merged, unmerged).when(reply(rita)).then(replied);
  });
  it('does not merge spam', () => given(opened, spam).when(merge(otherId)).thenRefused('ticket-is-spam'));
});
