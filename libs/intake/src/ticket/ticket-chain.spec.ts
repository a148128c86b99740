import { DomainError } from '@guichet/event-sourcing';
import { type Ticket, ticketDecider } from './ticket.js';
import { mergeTarget, redirection } from './ticket-chain.js';

const open: Ticket = { ...ticketDecider.initial, version: 1, requesterId: 'rita' };
const reader = (tickets: Record<string, Ticket>) => async (id: string) => tickets[id] ?? ticketDecider.initial;

it('follows a chain to its end', async () =>
  expect(
    await mergeTarget('a', reader({ a: { ...open, mergedInto: 'b' }, b: { ...open, mergedInto: 'c' }, c: open })),
  ).toEqual({ known: true, spam: false, chain: ['a', 'b', 'c'], requesterIds: ['rita'] }));

it('finds spam and other requesters anywhere in the chain', async () => {
  const tickets = { a: { ...open, mergedInto: 'b' }, b: { ...open, spam: true, requesterId: 'mallory' } };
  expect(await mergeTarget('a', reader(tickets))).toMatchObject({ spam: true, requesterIds: ['rita', 'mallory'] });
});

it('goes round an imported circle once', async () =>
  expect(
    (await mergeTarget('a', reader({ a: { ...open, mergedInto: 'b' }, b: { ...open, mergedInto: 'a' } }))).chain,
  ).toEqual(['a', 'b']));

it('knows when there is no target', async () =>
  expect(await mergeTarget('a', reader({}))).toEqual({ known: false, spam: false, chain: ['a'], requesterIds: [''] }));

it('redirects what a merged ticket refuses, and nothing else', () => {
  expect(redirection(new DomainError('ticket-merged', '', { intoTicketId: 'b' }))).toBe('b');
  expect(redirection(new DomainError('ticket-is-spam', ''))).toBeUndefined();
  expect(redirection(new Error('ticket-merged'))).toBeUndefined();
});
