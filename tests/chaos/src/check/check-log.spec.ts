import { uuid5 } from '@guichet/event-sourcing';
import type { LogRow, Sent } from '../history.js';
import { checkCommands, checkDense, checkStreams, type LogOf } from './check-log.js';

/** A short history that is right; each test forges one thing about it. */
const tenantId = uuid5('8c6f6d0e-5a3b-5d0f-9f55-0c5c1b1f2a77', 'tenant');
const id = (name: string) => uuid5(tenantId, name);

const row = (position: number, type: string, version: number, eventId: string, streamId = 'handling-1'): LogRow => ({
  ...{ position, type, version, eventId, streamId, tenantId },
});
const opened: LogRow = row(1, 'TicketOpened', 1, id('open'), 'ticket-1');
const queued = row(1, 'TicketQueued', 1, uuid5(opened.eventId, 'routing'));
const claimed = row(2, 'TicketAssigned', 2, id('claim'));
const released = row(3, 'AssignmentReleased', 3, id('transfer'));
const transferred = row(4, 'TicketTransferred', 4, uuid5(id('transfer'), '1'));
const rows = [queued, claimed, released, transferred];
const right: LogOf = { service: 'routing', rows, head: 4 };

const sent = (kind: string, leadsTo: readonly string[], outcome: Sent['outcome'], more: Partial<Sent> = {}): Sent => ({
  ...{ service: 'routing', commandId: id(kind), tenantId, streamId: 'handling-1', kind, leadsTo, outcome },
  ...{ mayBe: [], mustBeRefused: false, attempts: 2 },
  ...more,
});
const acknowledged = (version: number, position: number) =>
  ({ is: 'acknowledged', status: 200, version, position }) as const;
const refused = (code: string) => ({ is: 'refused', status: 409, code }) as const;

const claim = sent('claim', ['TicketAssigned'], acknowledged(2, 2));
const transfer = sent('transfer', ['AssignmentReleased', 'TicketTransferred'], acknowledged(4, 4));
const tooLate = sent('too-late', [], refused('ticket-not-open'), { mustBeRefused: true });
const history = [claim, transfer, tooLate];

const kindsOf = (log: LogOf, commands: readonly Sent[] = history): string[] =>
  [...checkDense(log), ...checkCommands(log, commands, [opened])].map(({ kind }) => kind);

it('finds nothing in a history that is right', () => {
  expect(checkDense(right)).toEqual([]);
  expect(checkCommands(right, history, [opened])).toEqual([]);
});

it('finds an acknowledged command that is not in the log', () => {
  expect(kindsOf({ ...right, rows: rows.slice(0, 2), head: 2 })).toEqual(['lost']);
});

it('finds an acknowledged command of which a part is not in the log', () => {
  expect(kindsOf({ ...right, rows: rows.slice(0, 3), head: 3 })).toEqual(['difference']);
});

it('finds a command carried out twice, under another id and under the same', () => {
  const again = row(5, 'TicketAssigned', 5, id('somebody'));
  expect(kindsOf({ ...right, rows: [...rows, again], head: 5 })).toEqual(['doubled']);
  const same = { ...claimed, position: 5, version: 5 };
  expect(kindsOf({ ...right, rows: [...rows, same], head: 5 })).toEqual(['doubled', 'difference']);
});

it('finds a refused command that is in the log', () => {
  const stored = row(5, 'AgentReplied', 5, id('too-late'));
  expect(kindsOf({ ...right, rows: [...rows, stored], head: 5 })).toEqual(['refused but stored']);
});

it('finds an answer that names another place', () => {
  expect(kindsOf(right, [{ ...claim, outcome: acknowledged(2, 3) }, transfer])).toEqual(['wrong answer']);
  expect(kindsOf(right, [{ ...claim, outcome: acknowledged(3, 2) }, transfer])).toEqual(['wrong answer']);
  expect(kindsOf(right, [{ ...claim, streamId: 'handling-2' }, transfer])).toEqual(['wrong answer']);
  expect(kindsOf(right, [{ ...claim, tenantId: id('other') }, transfer])).toEqual(['wrong answer']);
});

it('finds an answer that should have been another', () => {
  const allowed = { ...tooLate, outcome: acknowledged(4, 4) };
  expect(kindsOf(right, [claim, transfer, allowed])).toEqual(['wrong answer']);
  const wrongly = sent('reply', ['AgentReplied'], refused('ticket-not-open'));
  expect(kindsOf(right, [...history, wrongly])).toEqual(['wrong answer']);
  expect(kindsOf(right, [...history, { ...wrongly, mayBe: ['ticket-not-open'] }])).toEqual([]);
});

it('finds a command nobody was told the outcome of', () => {
  const lost = sent('reply', ['AgentReplied'], { is: 'unknown', last: 'timeout' });
  expect(kindsOf(right, [...history, lost])).toEqual(['outcome unknown']);
});

it('finds something done that was already so', () => {
  expect(kindsOf(right, [{ ...claim, leadsTo: [] }, transfer])).toEqual(['difference']);
});

it('finds an event of routing without one of intake', () => {
  expect(checkCommands(right, history, []).map(({ kind }) => kind)).toEqual(['doubled']);
});

it('finds holes in the log and in its streams, and a wrong head', () => {
  const hole = rows.map((one, i) => (i < 2 ? one : { ...one, position: one.position + 1 }));
  expect(checkDense({ ...right, rows: hole, head: 5 }).map(({ text }) => text)).toEqual([
    'routing: position 4 follows 2',
  ]);
  const skipped = rows.map((one, i) => (i < 3 ? one : { ...one, version: 5 }));
  expect(checkDense({ ...right, rows: skipped }).map(({ text }) => text)).toEqual([
    'routing: handling-1: version 5 follows 3, at position 4',
  ]);
  const late = rows.map((one) => ({ ...one, position: one.position + 1 }));
  expect(checkDense({ ...right, rows: late, head: 5 }).map(({ text }) => text)).toEqual([
    'routing: position 2 follows the beginning',
  ]);
  expect(checkDense({ ...right, head: 5 }).map(({ text }) => text)).toEqual([
    'routing: the head is 5, the last event 4',
  ]);
});

describe('streams', () => {
  const ticket = {
    ticketId: '1',
    events: { intake: ['TicketOpened'], routing: rows.map(({ type }) => type) },
  };
  it('are what the simulation led to', () => expect(checkStreams(right, [ticket])).toEqual([]));

  it('are found to lack an event, to have one too many, and to belong to nobody', () => {
    const less = { ...right, rows: rows.slice(0, 3) };
    expect(checkStreams(less, [ticket]).map(({ kind }) => kind)).toEqual(['difference']);
    const more = { ...right, rows: [...rows, { ...transferred, position: 5, version: 5 }] };
    expect(checkStreams(more, [ticket]).map(({ kind }) => kind)).toEqual(['difference']);
    expect(checkStreams(right, []).map(({ kind }) => kind)).toEqual(['doubled']);
  });
});
