/** Every command in every state a ticket can be brought to: done, or refused in words and without a trace. */
import { createPool, LogReader } from '@guichet/event-sourcing';
import { randomUUID } from 'node:crypto';
import { type Routing, startRouting } from '../../testing/routing-host.js';

let routing: Routing;
let pool: ReturnType<typeof createPool>;
let log: LogReader;
beforeAll(async () => {
  routing = await startRouting();
  pool = createPool({ url: routing.appUrl });
  log = new LogReader({ pool, table: 'event_log' });
  // Amir is known as an agent, so that a first claim is one event like any other.
  await act(await routing.queued(), 'claim');
}, 60_000);
afterAll(async () => {
  await pool.end();
  await routing.stop();
});

const bodies = {
  claim: {},
  assign: { agentId: 'amir' },
  release: {},
  transfers: { toDepartmentId: 'technical', reason: 'not ours' },
  replies: { body: 'Hello' },
  notes: { body: 'Called.' },
  activities: { activity: 'called' },
  priority: { priority: 'urgent' },
  tags: { tags: ['vip'] },
  pause: { reason: 'requester' },
  resume: {},
  resolve: {},
  'wrap-up/start': {},
  'wrap-up/complete': {},
  reopen: {},
  close: {},
} as const;
type Command = keyof typeof bodies;
const commands = Object.keys(bodies) as Command[];

const act = (ticketId: string, command: Command, as = routing.amir) =>
  routing.call(`/tickets/${ticketId}/${command}`, { as, body: bodies[command] });

/** How a ticket in the queue gets into the state. */
const ways = {
  waiting: [],
  assigned: ['claim'],
  paused: ['claim', 'pause'],
  resolved: ['claim', 'resolve'],
  'in wrap-up': ['claim', 'resolve', 'wrap-up/start'],
  'wrapped up': ['claim', 'resolve', 'wrap-up/start', 'wrap-up/complete'],
  closed: ['claim', 'resolve', 'close'],
  spam: ['claim'],
  unknown: [],
} as const satisfies Readonly<Record<string, readonly Command[]>>;
type State = keyof typeof ways;

/** What comes of a command: how many events, 0 where it is so already, or the code of the refusal. */
type Outcome = number | string;
const everyOne = (outcome: Outcome) =>
  Object.fromEntries(commands.map((command) => [command, outcome])) as Record<Command, Outcome>;

const open: Record<Command, Outcome> = {
  ...everyOne(1),
  ...{ claim: 0, assign: 0, transfers: 2, resume: 0, reopen: 0 },
  ...{
    close: 'ticket-not-resolved',
    'wrap-up/start': 'ticket-not-resolved',
    'wrap-up/complete': 'ticket-not-resolved',
  },
};
const done: Record<Command, Outcome> = {
  ...everyOne('ticket-not-open'),
  ...{ notes: 1, activities: 1, tags: 1, reopen: 1, resolve: 0, close: 1, 'wrap-up/start': 1 },
  'wrap-up/complete': 'wrap-up-not-started',
};
const outcomes: Readonly<Record<State, Record<Command, Outcome>>> = {
  waiting: { ...open, claim: 1, assign: 1, release: 0, transfers: 1 },
  assigned: open,
  paused: { ...open, pause: 0, resume: 1 },
  resolved: done,
  // What ends the resolution ends the wrap-up first.
  'in wrap-up': { ...done, 'wrap-up/start': 0, 'wrap-up/complete': 1, reopen: 2, close: 2 },
  'wrapped up': { ...done, 'wrap-up/complete': 0 },
  closed: {
    ...done,
    ...{ tags: 'ticket-closed', close: 0, resolve: 'ticket-not-open' },
    ...{ 'wrap-up/start': 'ticket-not-resolved', 'wrap-up/complete': 'ticket-not-resolved' },
  },
  spam: everyOne('ticket-withdrawn'),
  unknown: everyOne('unknown-ticket'),
};

async function ticketThatIs(state: State): Promise<string> {
  if (state === 'unknown') return randomUUID();
  const ticketId = await routing.queued();
  for (const command of ways[state]) expect((await act(ticketId, command)).status).toBeLessThan(300);
  if (state !== 'spam') return ticketId;
  const position = await routing.intake.tell(ticketId, 'TicketMarkedSpam', {});
  const headers = { 'guichet-after': `intake=${position}` };
  const { body } = await routing.call(`/tickets/${ticketId}`, { as: routing.amir, headers });
  expect(body).toMatchObject({ status: 'withdrawn' });
  return ticketId;
}

describe.each(Object.keys(ways) as State[])('a ticket that is %s', (state) => {
  let untouched: string;
  beforeAll(async () => {
    untouched = await ticketThatIs(state);
  });
  const refused = commands.filter((command) => typeof outcomes[state][command] === 'string');
  const allowed = commands.filter((command) => typeof outcomes[state][command] === 'number');

  for (const command of refused)
    it(`refuses ${command}, and nothing is written`, async () => {
      const before = await log.head();
      const { status, headers, body } = await act(untouched, command);
      const code = outcomes[state][command];
      expect({ status, body }).toMatchObject({ status: state === 'unknown' ? 404 : 409, body: { code } });
      expect(headers.get('content-type')).toContain('application/problem+json');
      expect(await log.head()).toBe(before);
    });

  for (const command of allowed)
    it(`allows ${command}`, async () => {
      const ticketId = await ticketThatIs(state);
      const before = await log.head();
      expect((await act(ticketId, command)).status).toBeLessThan(300);
      expect((await log.head()) - before).toBe(outcomes[state][command]);
    });
});
