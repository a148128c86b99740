import { countOwn, figures } from './own-count.js';

const ticket = (routing: readonly string[], intake: readonly string[] = ['TicketOpened']) => ({
  events: { intake: [...intake], routing: ['TicketQueued', ...routing] },
});

const tickets = [
  ticket([]),
  ticket(['TicketAssigned', 'AgentReplied', 'AgentReplied', 'TicketResolved', 'TicketClosed']),
  ticket(
    ['TicketTransferred', 'TicketResolved', 'TicketReopened', 'TicketResolved'],
    ['TicketOpened', 'RequesterReplied'],
  ),
  ticket(['AgentReplied', 'TicketClosed', 'TicketReopened']),
];

it('counts what happened', () => {
  expect(countOwn(tickets)).toEqual({
    ...{ opened: 4, resolutions: 3, transfers: 1, messages: 8, answered: 2, resolved: 2, openNow: 2 },
  });
});

it('says what each figure has to be', () => {
  const own = countOwn(tickets);
  expect(Object.fromEntries(figures.map(({ name, expected }) => [name, expected(own)]))).toEqual({
    'tickets opened': 4,
    resolutions: 3,
    backlog: 2,
    'answered tickets': 2,
    'resolved tickets': 2,
    transfers: 1,
    messages: 8,
  });
});
