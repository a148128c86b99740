import { specification } from '@guichet/event-sourcing/testing';
import { handlingDecider } from './decide.js';
import { type HandlingCommand, type HandlingEvent } from './handling.js';

const given = specification(handlingDecider);
const stateAfter = (events: readonly HandlingEvent[]) =>
  events.reduce((state, event) => handlingDecider.evolve(state, event), handlingDecider.initial);
const at = '2026-03-02T09:00:00.000Z';
const about = { ticketId: '7f4f5b1e-0000-4000-8000-000000000001', at };
const id = '7f4f5b1e-0000-4000-8000-00000000000a';
/** The next fact of intake, where the work has heard of none yet. */
const told = { ...about, ticketVersion: 1 };

const queuedIn = (departmentId: string | null): HandlingEvent => ({
  type: 'TicketQueued',
  data: { ...about, departmentId, priority: 'normal' },
});
const queued = queuedIn('billing');
const assignedTo = (agentId: string): HandlingEvent => ({
  type: 'TicketAssigned',
  data: { ...about, agentId, departmentId: 'billing' },
});
const pausedFor = (reason: string): HandlingEvent => ({ type: 'TicketPaused', data: { ...about, reason } });
const resolved: HandlingEvent = {
  type: 'TicketResolved',
  data: { ...about, agentId: 'amir', departmentId: 'billing' },
};
const wrapUpStarted: HandlingEvent = { type: 'WrapUpStarted', data: { ...about, agentId: 'amir' } };
const wrapUpCompleted: HandlingEvent = { type: 'WrapUpCompleted', data: { ...about, agentId: 'amir' } };
const closed: HandlingEvent = { type: 'TicketClosed', data: { ...about, automatic: false } };
const reopened: HandlingEvent = { type: 'TicketReopened', data: about };
const heard = (ticketVersion: number): HandlingEvent => ({ type: 'RequesterHeard', data: { ...about, ticketVersion } });
const withdrawn: HandlingEvent = { type: 'HandlingWithdrawn', data: { ...about, reason: 'spam' } };

const merged: HandlingEvent = {
  type: 'HandlingWithdrawn',
  data: { ...about, reason: 'merged', intoTicketId: id },
};

const transferTo = (toDepartmentId: string, keepAssignee = false, onlyFrom?: string | null): HandlingCommand => ({
  type: 'TransferTicket',
  data: { ...about, toDepartmentId, reason: 'not ours', note: 'Has the invoice.', level: 2, keepAssignee, onlyFrom },
});
const transferred = (fromDepartmentId: string | null, toDepartmentId: string): HandlingEvent => ({
  type: 'TicketTransferred',
  data: { ...about, fromDepartmentId, toDepartmentId, reason: 'not ours', note: 'Has the invoice.', level: 2 },
});
const released: HandlingEvent = { type: 'AssignmentReleased', data: { ...about, agentId: 'amir' } };
const claimBy = (agentId: string): HandlingCommand => ({ type: 'ClaimTicket', data: { ...about, agentId } });
const releaseBy = (agentId: string, anyAssignee = false): HandlingCommand => ({
  type: 'ReleaseTicket',
  data: { ...about, agentId, anyAssignee },
});

describe('what each state allows', () => {
  const states: Record<string, readonly HandlingEvent[]> = {
    unknown: [],
    waiting: [queued],
    assigned: [queued, assignedTo('amir')],
    paused: [queued, assignedTo('amir'), pausedFor('requester')],
    resolved: [queued, assignedTo('amir'), resolved],
    wrapping: [queued, assignedTo('amir'), resolved, wrapUpStarted],
    closed: [queued, assignedTo('amir'), resolved, closed],
    withdrawn: [queued, withdrawn],
  };
  const commands: Record<string, HandlingCommand> = {
    queue: { type: 'QueueTicket', data: { ...told, departmentId: 'billing', priority: 'normal', tags: [] } },
    claim: claimBy('amir'),
    assign: { type: 'AssignTicket', data: { ...about, agentId: 'bea' } },
    release: releaseBy('amir'),
    transfer: transferTo('technical'),
    reply: { type: 'ReplyToRequester', data: { ...about, replyId: id, agentId: 'amir', body: 'Paid back.' } },
    note: { type: 'AddInternalNote', data: { ...about, noteId: id, agentId: 'amir', body: 'Called the bank.' } },
    activity: { type: 'LogActivity', data: { ...about, activity: 'called the bank', seconds: 90 } },
    priority: { type: 'ChangePriority', data: { ...about, priority: 'high' } },
    tag: { type: 'TagTicket', data: { ...about, tags: ['vip'] } },
    pause: { type: 'PauseTicket', data: { ...about, reason: 'third-party' } },
    resume: { type: 'ResumeTicket', data: about },
    resolve: { type: 'ResolveTicket', data: { ...about, agentId: 'amir' } },
    startWrapUp: { type: 'StartWrapUp', data: { ...about, agentId: 'amir' } },
    completeWrapUp: { type: 'CompleteWrapUp', data: { ...about, agentId: 'amir' } },
    reopen: { type: 'ReopenTicket', data: about },
    close: { type: 'CloseTicket', data: about },
    requesterReplies: { type: 'ReceiveReply', data: told },
    requesterReopens: { type: 'ReopenForRequester', data: told },
    requesterCloses: { type: 'CloseForRequester', data: told },
    withdraw: { type: 'WithdrawHandling', data: { ...told, reason: 'merged', intoTicketId: id } },
    return: { type: 'ReturnHandling', data: { ...told, from: 'spam' } },
    takeOver: { type: 'TakeOverWork', data: { ...about, mergedTicketId: id } },
  };
  // Kebab-case is the code of a refusal, `-` is "already so", the rest are the events that follow.
  const table = `
    command          | unknown        | waiting             | assigned                             | paused                               | resolved                       | wrapping                                       | closed                         | withdrawn
    queue            | TicketQueued   | RequesterHeard      | RequesterHeard                       | RequesterHeard                       | RequesterHeard                 | RequesterHeard                                 | RequesterHeard                 | RequesterHeard
    claim            | unknown-ticket | TicketAssigned      | -                                    | -                                    | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    assign           | unknown-ticket | TicketAssigned      | TicketAssigned                       | TicketAssigned                       | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    release          | unknown-ticket | -                   | AssignmentReleased                   | AssignmentReleased                   | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    transfer         | unknown-ticket | TicketTransferred   | AssignmentReleased TicketTransferred | AssignmentReleased TicketTransferred | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    reply            | unknown-ticket | AgentReplied        | AgentReplied                         | AgentReplied                         | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    note             | unknown-ticket | InternalNoteAdded   | InternalNoteAdded                    | InternalNoteAdded                    | InternalNoteAdded              | InternalNoteAdded                              | InternalNoteAdded              | ticket-withdrawn
    activity         | unknown-ticket | ActivityLogged      | ActivityLogged                       | ActivityLogged                       | ActivityLogged                 | ActivityLogged                                 | ActivityLogged                 | ticket-withdrawn
    priority         | unknown-ticket | PriorityChanged     | PriorityChanged                      | PriorityChanged                      | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    tag              | unknown-ticket | TicketTagged        | TicketTagged                         | TicketTagged                         | TicketTagged                   | TicketTagged                                   | ticket-closed                  | ticket-withdrawn
    pause            | unknown-ticket | TicketPaused        | TicketPaused                         | TicketPaused                         | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    resume           | unknown-ticket | -                   | -                                    | TicketResumed                        | ticket-not-open                | ticket-not-open                                | ticket-not-open                | ticket-withdrawn
    resolve          | unknown-ticket | TicketResolved      | TicketResolved                       | TicketResolved                       | -                              | -                                              | ticket-not-open                | ticket-withdrawn
    startWrapUp      | unknown-ticket | ticket-not-resolved | ticket-not-resolved                  | ticket-not-resolved                  | WrapUpStarted                  | -                                              | ticket-not-resolved            | ticket-withdrawn
    completeWrapUp   | unknown-ticket | ticket-not-resolved | ticket-not-resolved                  | ticket-not-resolved                  | wrap-up-not-started            | WrapUpCompleted                                | ticket-not-resolved            | ticket-withdrawn
    reopen           | unknown-ticket | -                   | -                                    | -                                    | TicketReopened                 | WrapUpCompleted TicketReopened                 | TicketReopened                 | ticket-withdrawn
    close            | unknown-ticket | ticket-not-resolved | ticket-not-resolved                  | ticket-not-resolved                  | TicketClosed                   | WrapUpCompleted TicketClosed                   | -                              | ticket-withdrawn
    requesterReplies | -              | RequesterHeard      | RequesterHeard                       | TicketResumed                        | TicketReopened                 | WrapUpCompleted TicketReopened                 | TicketReopened                 | RequesterHeard
    requesterReopens | -              | RequesterHeard      | RequesterHeard                       | RequesterHeard                       | TicketReopened                 | WrapUpCompleted TicketReopened                 | TicketReopened                 | RequesterHeard
    requesterCloses  | -              | TicketClosed        | TicketClosed                         | TicketClosed                         | TicketClosed                   | WrapUpCompleted TicketClosed                   | RequesterHeard                 | RequesterHeard
    withdraw         | -              | HandlingWithdrawn   | HandlingWithdrawn                    | HandlingWithdrawn                    | HandlingWithdrawn              | HandlingWithdrawn                              | HandlingWithdrawn              | RequesterHeard
    return           | -              | RequesterHeard      | RequesterHeard                       | RequesterHeard                       | RequesterHeard                 | RequesterHeard                                 | RequesterHeard                 | HandlingReturned
    takeOver         | -              | TicketTakenOver     | TicketTakenOver                      | TicketTakenOver                      | TicketTakenOver TicketReopened | TicketTakenOver WrapUpCompleted TicketReopened | TicketTakenOver TicketReopened | TicketTakenOver`;
  const [header, ...rows] = table
    .trim()
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  const cases = rows.flatMap(([command, ...cells]) =>
    cells.map((expected, i) => ({ command: command!, state: header![i + 1]!, expected })),
  );

  it('is decided for every command in every state', () => {
    expect(rows.map(([command]) => command)).toEqual(Object.keys(commands));
    expect(header!.slice(1)).toEqual(Object.keys(states));
  });

  it.each(cases)('$command of a ticket that is $state: $expected', ({ command, state, expected }) => {
    const history = stateAfter(states[state]!);
    expect(outcome(() => handlingDecider.decide(commands[command]!, history))).toBe(expected);
  });

  function outcome(decide: () => readonly HandlingEvent[]): string {
    try {
      return (
        decide()
          .map(({ type }) => type)
          .join(' ') || '-'
      );
    } catch (refusal) {
      return (refusal as { code: string }).code;
    }
  }
});

describe('queueing', () => {
  const tags = ['vip', 'refund', 'vip'];
  it('keeps the tags the requester came with', () =>
    given()
      .when({ type: 'QueueTicket', data: { ...told, departmentId: null, priority: 'high', tags } })
      .then(
        { type: 'TicketQueued', data: { ...told, departmentId: null, priority: 'high' } },
        { type: 'TicketTagged', data: { ...about, tags: ['refund', 'vip'] } },
      ));
});

describe('claiming', () => {
  it('gives the ticket to the agent who claims it', () => given(queued).when(claimBy('amir')).then(assignedTo('amir')));
  it('tells who has it already', () => {
    const state = stateAfter([queued, assignedTo('amir')]);
    expect(() => handlingDecider.decide(claimBy('bea'), state)).toThrow(
      expect.objectContaining({ code: 'already-claimed', details: { agentId: 'amir' } }),
    );
  });
  it('is possible again once released', () =>
    given(queued, assignedTo('amir'), released).when(claimBy('bea')).then(assignedTo('bea')));
  it('hands over from one agent to another when assigned', () =>
    given(queued, assignedTo('amir'))
      .when({ type: 'AssignTicket', data: { ...about, agentId: 'bea' } })
      .then(assignedTo('bea')));
});

describe('releasing', () => {
  it('is for the agent who has the ticket', () =>
    given(queued, assignedTo('amir')).when(releaseBy('bea')).thenRefused('assigned-to-another'));
  it('or for somebody who may release anybody', () =>
    given(queued, assignedTo('amir')).when(releaseBy('sam', true)).then(released));
});

describe('transferring', () => {
  it('carries reason, note and level', () =>
    given(queued).when(transferTo('technical')).then(transferred('billing', 'technical')));
  it('releases the agent of the department it leaves', () =>
    given(queued, assignedTo('amir'))
      .when(transferTo('technical'))
      .then(released, transferred('billing', 'technical')));
  it('keeps the agent where asked to', () =>
    given(queued, assignedTo('amir')).when(transferTo('technical', true)).then(transferred('billing', 'technical')));
  it('leaves a ticket that is there already', () => given(queued).when(transferTo('billing')).thenNothing());
  it('gives a ticket without a department its first', () =>
    given(queuedIn(null)).when(transferTo('billing')).then(transferred(null, 'billing')));
  it('leaves a ticket that is no longer where it was to be fetched from', () =>
    given(queuedIn(null), transferred(null, 'technical'))
      .when(transferTo('billing', true, null))
      .thenNothing());
  it('fetches a ticket from where it is', () => {
    given(queuedIn(null))
      .when(transferTo('billing', true, null))
      .then(transferred(null, 'billing'));
    given(queued)
      .when(transferTo('technical', true, 'billing'))
      .then(transferred('billing', 'technical'));
  });
  it('counts from the department the last transfer led to', () =>
    given(queued, transferred('billing', 'technical'))
      .when(transferTo('billing'))
      .then(transferred('technical', 'billing')));
});

describe('waiting', () => {
  const pause = (reason: string): HandlingCommand => ({ type: 'PauseTicket', data: { ...about, reason } });
  it('pauses once for a reason', () => given(queued, pausedFor('internal')).when(pause('internal')).thenNothing());
  it('may come to wait for somebody else', () =>
    given(queued, pausedFor('internal')).when(pause('requester')).then(pausedFor('requester')));
  it('does not resume for a requester we do not wait for', () =>
    given(queued, pausedFor('third-party')).when({ type: 'ReceiveReply', data: told }).then(heard(1)));
  it('is over when resolved', () =>
    given(queued, pausedFor('internal'), resolved, reopened).when(pause('internal')).then(pausedFor('internal')));
});

describe('wrapping up', () => {
  const start = (agentId: string): HandlingCommand => ({ type: 'StartWrapUp', data: { ...about, agentId } });
  const complete = (agentId: string): HandlingCommand => ({ type: 'CompleteWrapUp', data: { ...about, agentId } });
  it('is one agent at a time', () =>
    given(queued, resolved, wrapUpStarted).when(start('bea')).thenRefused('wrap-up-in-progress'));
  it('is completed by the agent who started', () =>
    given(queued, resolved, wrapUpStarted).when(complete('bea')).thenRefused('wrap-up-in-progress'));
  it('is completed once', () =>
    given(queued, resolved, wrapUpStarted, wrapUpCompleted).when(complete('amir')).thenNothing());
  it('may be taken up again', () =>
    given(queued, resolved, wrapUpStarted, wrapUpCompleted).when(start('amir')).then(wrapUpStarted));
  it('ends with the resolution it belongs to', () =>
    given(queued, resolved, wrapUpStarted)
      .when({ type: 'ReceiveReply', data: told })
      .then(wrapUpCompleted, { type: 'TicketReopened', data: told }));
});

describe('tags and priority', () => {
  const tag = (...tags: string[]): HandlingCommand => ({ type: 'TagTicket', data: { ...about, tags } });
  it('says what the tags are now, each once', () =>
    given(queued)
      .when(tag('b', 'a', 'b'))
      .then({ type: 'TicketTagged', data: { ...about, tags: ['a', 'b'] } }));
  it('leaves the same tags in another order', () =>
    given(queued, { type: 'TicketTagged', data: { ...about, tags: ['a', 'b'] } })
      .when(tag('b', 'a'))
      .thenNothing());
  it('leaves the same priority', () =>
    given(queued)
      .when({ type: 'ChangePriority', data: { ...about, priority: 'normal' } })
      .thenNothing());
});

describe('out of work', () => {
  it('remembers where the work was when the spam mark was a mistake', () =>
    given(queued, assignedTo('amir'), withdrawn, { type: 'HandlingReturned', data: about })
      .when(claimBy('bea'))
      .thenRefused('already-claimed'));
  it('remembers where the work was when a merge is undone', () =>
    given(queued, assignedTo('amir'), merged, {
      type: 'HandlingReturned',
      data: { ...about, ticketVersion: 3 },
    })
      .when(claimBy('bea'))
      .thenRefused('already-claimed'));
  it('returns from what it left for', () =>
    given(queued, merged)
      .when({ type: 'ReturnHandling', data: { ...about, ticketVersion: 3, from: 'spam' } })
      .then(heard(3)));
  it('says whether somebody has to go on with it', () => {
    const withdraw: HandlingCommand = { type: 'WithdrawHandling', data: { ...told, reason: 'spam' } };
    const unfinished = (is: boolean): HandlingEvent => ({
      type: 'HandlingWithdrawn',
      data: { ...told, reason: 'spam', unfinished: is },
    });
    given(queued).when(withdraw).then(unfinished(true));
    given(queued, resolved).when(withdraw).then(unfinished(false));
  });
});

describe('what intake tells', () => {
  const reply = (ticketVersion: number, moment = at): HandlingCommand => ({
    type: 'ReceiveReply',
    data: { ...about, ticketVersion, at: moment },
  });
  const close: HandlingCommand = { type: 'CloseTicket', data: about };

  it('is followed once, also where it changed nothing', () =>
    given(queued, heard(2), resolved, closed).when(reply(2)).thenNothing());
  it('reopens what was closed without knowing of it', () =>
    given(queued, resolved, closed)
      .when(reply(2))
      .then({ type: 'TicketReopened', data: { ...about, ticketVersion: 2 } }));
  it('is known to what agents decide afterwards', () =>
    given(queued, heard(2), resolved)
      .when(close)
      .then({ type: 'TicketClosed', data: { ...about, automatic: false, ticketVersion: 2 } }));
  it('comes after what routing did before it heard of it, whatever the clocks say', () =>
    given(queued, resolved)
      .when(reply(2, '2026-03-02T08:59:59.990Z'))
      .then({ type: 'TicketReopened', data: { ...about, ticketVersion: 2 } }));
});

describe('taking over what was merged', () => {
  const takeOver: HandlingCommand = { type: 'TakeOverWork', data: { ...about, mergedTicketId: id } };
  it('reopens a finished ticket, and says why', () =>
    given(queued, resolved)
      .when(takeOver)
      .then(
        { type: 'TicketTakenOver', data: { ...about, mergedTicketId: id } },
        { type: 'TicketReopened', data: { ...about, mergedTicketId: id } },
      ));
  it('passes it on where the ticket was merged itself', () =>
    given(queued, merged)
      .when(takeOver)
      .then({ type: 'TicketTakenOver', data: { ...about, mergedTicketId: id, passedTo: id } }));
});

it('knows an imported ticket whose first event is not its queueing', () =>
  given({ type: 'AgentReplied', data: { ...about, replyId: id, agentId: 'amir', body: '', automatic: false } })
    .when(claimBy('amir'))
    .then({ type: 'TicketAssigned', data: { ...about, agentId: 'amir', departmentId: null } }));
