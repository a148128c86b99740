import { ticketStatusOf } from '@guichet/intake/sides';
import { type Handling, type HandlingCommand, handlingDecider } from '@guichet/routing/sides';
import { search } from './search.js';
import { type Deciders, realDeciders } from './world.js';

it('in every order of eight steps both services come to tell the same, and no reply is left behind', () => {
  const found = search(realDeciders, 8);
  expect(found.broken).toBeUndefined();
  expect(found.situations).toBeGreaterThan(10_000);
}, 120_000);

describe('the search notices', () => {
  const decide = (command: HandlingCommand, handling: Handling) => handlingDecider.decide(command, handling);
  const withHandling = (other: typeof decide): Deciders => ({ ...realDeciders, handling: { decide: other } });
  const mutants: Record<string, Deciders> = {
    'a closed ticket that stays closed when a reply arrives': withHandling((command, handling) =>
      command.type === 'ReceiveReply' && handling.status === 'closed' ? [] : decide(command, handling),
    ),
    'facts that are followed again when they are delivered again': withHandling((command, handling) =>
      decide(command, 'ticketVersion' in command.data ? { ...handling, heard: 0 } : handling),
    ),
    'a fact that leaves no mark': withHandling((command, handling) =>
      decide(command, handling).filter(({ type }) => type !== 'RequesterHeard'),
    ),
    'an intake that believes its own closing for ever': {
      ...realDeciders,
      statusOf: (side, work) =>
        side.said === 'closed' && !side.spam && !side.merged ? 'closed' : ticketStatusOf(side, work),
    },
    'an intake that believes routing alone': {
      ...realDeciders,
      statusOf: (side, work) => ticketStatusOf({ ...side, saidVersion: 0, repliedVersion: 0 }, work),
    },
  };
  it.each(Object.entries(mutants))('%s', (_, deciders) => {
    const found = search(deciders, 8);
    expect(found.broken).toBeDefined();
  });
});
