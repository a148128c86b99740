import { Draw } from '../plan/draw.js';
import { opened, type Step, stepsFrom, type TicketState } from './ticket-steps.js';

/** A walk through the steps, as a lane takes it. */
function walk(seed: number, length: number): Step[] {
  const draw = new Draw(String(seed));
  let state = opened('billing');
  return Array.from({ length }, (_, i) => {
    const step = draw.pick(i, stepsFrom(state, 'text'));
    if (!step.mustBeRefused) state = step.next;
    return step;
  });
}

it('comes to every kind of step', () => {
  const kinds = new Set(
    Array.from({ length: 30 }, (_, seed) => walk(seed, 30)).flatMap((steps) => steps.map(({ kind }) => kind)),
  );
  expect([...kinds].sort()).toEqual([
    ...['agent reply', 'claim', 'claim again', 'claim another’s', 'claim too late', 'close', 'close again'],
    ...['complete wrap-up', 'note', 'pause', 'reopen', 'reply too late', 'requester close', 'requester reopen'],
    ...['requester reply', 'resolve', 'resolve again', 'resume', 'start wrap-up', 'transfer'],
  ]);
});

it('ends a wrap-up with whatever ends the resolution', () => {
  const wrapping: TicketState = { ...opened('billing'), status: 'resolved', wrapUp: 'agent' };
  const steps = stepsFrom(wrapping, 'text');
  const routed = (kind: string) => {
    const step = steps.find((one) => one.kind === kind);
    return step && [...(step.service === 'routing' ? step.leadsTo : step.follows)];
  };
  expect(routed('close')).toEqual(['WrapUpCompleted', 'TicketClosed']);
  expect(routed('reopen')).toEqual(['WrapUpCompleted', 'TicketReopened']);
  expect(routed('requester reply')).toEqual(['WrapUpCompleted', 'TicketReopened']);
  expect(routed('requester close')).toEqual(['WrapUpCompleted', 'TicketClosed']);
});

it('expects a reply to reopen what is closed, and what routing only hears of to be told as such', () => {
  const replyOn = (status: TicketState['status']) => {
    const state: TicketState = { ...opened('billing'), status };
    const reply = stepsFrom(state, 'text').find(({ kind }) => kind === 'requester reply');
    return reply && [reply.leadsTo, reply.follows, reply.next.status];
  };
  const [both, replied] = [['TicketReopenedByRequester', 'RequesterReplied'], ['RequesterReplied']];
  expect(replyOn('closed')).toEqual([both, ['TicketReopened', 'RequesterHeard'], 'open']);
  expect(replyOn('resolved')).toEqual([replied, ['TicketReopened'], 'open']);
  expect(replyOn('open')).toEqual([replied, ['RequesterHeard'], 'open']);
});

it('expects a requester’s closing of what is closed to change nothing', () => {
  const closing = stepsFrom({ ...opened('billing'), status: 'closed' }, 'text').find(
    ({ kind }) => kind === 'requester close',
  );
  expect([closing?.leadsTo, closing?.follows]).toEqual([[], []]);
});
