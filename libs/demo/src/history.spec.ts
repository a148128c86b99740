import { createHash } from 'node:crypto';
import { demoHistory } from './history.js';

const uuid = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 32);
const now = new Date('2026-03-02T12:00:00Z');
const agents = [{ agentId: 'amir', name: 'Amir', departmentIds: ['customer-care', 'billing', 'technical', 'returns'] }];

it('tells the same history for the same day', () => {
  expect(demoHistory({ now, agents, uuid })).toEqual(demoHistory({ now, agents, uuid }));
});

it('tells nothing of the future, in the order in which it happened', () => {
  const { intake, routing } = demoHistory({ now, agents, uuid });
  expect(intake.length).toBeGreaterThan(200);
  for (const { events } of [...intake, ...routing]) {
    const times = events.map(({ data }) => Date.parse(data.at));
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.every((time) => time < now.getTime())).toBe(true);
  }
});

it('has work in every state: waiting, in hand, resolved and reopened', () => {
  const { routing } = demoHistory({ now, agents, uuid });
  const types = new Set(routing.flatMap(({ events }) => events.map(({ type }) => type)));
  expect([...types]).toEqual(
    expect.arrayContaining(['TicketQueued', 'TicketTransferred', 'AgentReplied', 'TicketResolved', 'TicketReopened']),
  );
  expect(routing.filter(({ events }) => events.at(-1)?.type === 'TicketQueued').length).toBeGreaterThan(0);
});
