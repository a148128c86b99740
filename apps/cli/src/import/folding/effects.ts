/** What a rule of the mapping makes happen to a ticket: the events, and the ticket afterwards. */
import type { PublicActor } from '@guichet/contracts';
import { type Effect, type Value } from '../mapping/language.js';
import { RowRejected } from '../mapping/mistakes.js';
import { compileList, compileSeconds, compileValue, type Read, type Row, type Scope } from '../mapping/values.js';
import type { IsBot } from './actors.js';
import { eventIdOf, ticketIdOf } from './ids.js';
import { emit, type Happening, type Progress } from './ticket.js';

export interface Act extends Happening {
  readonly row: Row;
  /** For effects that name another ticket: which tenant and log its id derives from. */
  readonly tenantId: string;
  readonly logName: string;
}
export type Apply = (progress: Progress, act: Act) => Progress;

/** Longest texts the contracts take; longer ones are cut. */
const bodyLength = 100_000;
const textLength = 300;
const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);

export function compileEffect(effect: Effect, path: string, scope: Scope, isBot: IsBot): Apply {
  if (typeof effect === 'string') return plain[effect];
  const at = (name: string) => `${path}.${name}`;
  if ('assign' in effect) return assignTo(compileValue(effect.assign, at('assign'), scope), isBot);
  if ('pause' in effect) return pauseFor(optional(effect.pause.reason, at('pause.reason'), scope));
  if ('close' in effect) return close(effect.close.automatic ?? false);
  if ('log' in effect) return compileLog(effect.log, at('log'), scope);
  if ('reply' in effect) return reply(optional(effect.reply.body, at('reply.body'), scope));
  if ('note' in effect) return note(compileValue(effect.note.body, at('note.body'), scope));
  if ('transfer' in effect) return compileTransfer(effect.transfer, at('transfer'), scope);
  if ('priority' in effect) return prioritise(compileValue(effect.priority, at('priority'), scope));
  if ('tag' in effect) {
    const read = compileList(effect.tag, at('tag'), scope);
    return (progress, act) => setTags(progress, act, read(act.row.cells));
  }
  return mergeInto(compileValue(effect.merge, at('merge'), scope));
}

const nothing: Read = () => undefined;
const optional = (value: Value | undefined, path: string, scope: Scope): Read =>
  value === undefined ? nothing : compileValue(value, path, scope);

const agentOf = ({ kind, id }: PublicActor): string | undefined => (kind === 'agent' ? id : undefined);

/** Nobody known, nobody new, or a machine: nothing happens. */
const assignTo =
  (agent: Read, isBot: IsBot = () => false): Apply =>
  (progress, act) => {
    const agentId = agent(act.row.cells);
    const { ticket } = progress;
    if (agentId === undefined || agentId === ticket.agentId || isBot(agentId)) return progress;
    const { departmentId } = ticket;
    return emit(progress, act, 'routing', 'TicketAssigned', { agentId, departmentId }, { agentId, assigned: true });
  };

const assignToActor: Apply = (progress, act) => assignTo(() => agentOf(act.actor))(progress, act);

const release: Apply = (progress, act) => {
  const { agentId } = progress.ticket;
  return agentId === null
    ? progress
    : emit(progress, act, 'routing', 'AssignmentReleased', { agentId }, { agentId: null });
};

/** Only an open ticket can wait; waiting for the same thing twice is waiting once. */
const pauseFor =
  (reason: Read): Apply =>
  (progress, act) => {
    const pauseReason = reason(act.row.cells) ?? 'requester';
    const { status, pauseReason: current } = progress.ticket;
    if ((status !== 'open' && status !== 'paused') || current === pauseReason) return progress;
    const resumed = status === 'paused' ? resume(progress, act) : progress;
    return emit(resumed, act, 'routing', 'TicketPaused', { reason: pauseReason }, { status: 'paused', pauseReason });
  };

const resume: Apply = (progress, act) =>
  progress.ticket.pauseReason === null
    ? progress
    : emit(
        progress,
        act,
        'routing',
        'TicketResumed',
        {},
        {
          status: progress.ticket.status === 'paused' ? 'open' : progress.ticket.status,
          pauseReason: null,
        },
      );

const resolve: Apply = (progress, act) => {
  const { status, agentId: assignee, departmentId } = progress.ticket;
  if (status === 'resolved' || status === 'closed') return progress;
  const agentId = agentOf(act.actor) ?? assignee;
  const data = { ...(agentId && { agentId }), departmentId };
  return emit(progress, act, 'routing', 'TicketResolved', data, { status: 'resolved', pauseReason: null });
};

/** A requester's own wish is intake's fact first; routing follows it. */
const reopen: Apply = (progress, act) => {
  const wished =
    act.actor.kind === 'requester' ? emit(progress, act, 'intake', 'TicketReopenedByRequester', {}) : progress;
  return emit(wished, act, 'routing', 'TicketReopened', {}, { status: 'open', pauseReason: null });
};

const close =
  (automatic: boolean): Apply =>
  (progress, act) => {
    const wished =
      act.actor.kind === 'requester' ? emit(progress, act, 'intake', 'TicketClosedByRequester', {}) : progress;
    return emit(wished, act, 'routing', 'TicketClosed', { automatic }, { status: 'closed', pauseReason: null });
  };

function compileLog(log: Extract<Effect, { log: unknown }>['log'], path: string, scope: Scope): Apply {
  const { activity, seconds } =
    typeof log === 'object' && 'activity' in log ? log : { activity: log, seconds: undefined };
  const readActivity = compileValue(activity, path, scope);
  const readSeconds = seconds === undefined ? () => undefined : compileSeconds(seconds, `${path}.seconds`, scope);
  return (progress, act) => {
    const name = readActivity(act.row.cells);
    if (name === undefined) return progress;
    const spent = readSeconds(act.row.cells);
    const data = {
      activity: cut(name, textLength),
      ...(spent !== undefined && { seconds: spent }),
    };
    return emit(progress, act, 'routing', 'ActivityLogged', data);
  };
}

const nextMessageId = ({ ticket }: Progress): string => eventIdOf(ticket.ticketId, 'message', ticket.messages);

/** The actor speaks: a requester, an agent, or a bot, whose reply counts as automatic. */
const reply =
  (text: Read): Apply =>
  (progress, act) => {
    const { kind, id } = act.actor;
    const message = { replyId: nextMessageId(progress), body: cut(text(act.row.cells) ?? '', bodyLength) };
    const counted = { messages: progress.ticket.messages + 1 };
    if (kind === 'requester') return emit(progress, act, 'intake', 'RequesterReplied', message, counted);
    if (id === undefined) throw new RowRejected('a reply, but the mapping’s actor finds nobody who wrote it');
    const data = { ...message, agentId: id, automatic: kind === 'bot' };
    return emit(progress, act, 'routing', 'AgentReplied', data, counted);
  };

const note =
  (text: Read): Apply =>
  (progress, act) => {
    const { id } = act.actor;
    if (id === undefined) throw new RowRejected('a note, but the mapping’s actor finds nobody who wrote it');
    const data = { noteId: nextMessageId(progress), agentId: id, body: cut(text(act.row.cells) ?? '', bodyLength) };
    return emit(progress, act, 'routing', 'InternalNoteAdded', data, { messages: progress.ticket.messages + 1 });
  };

/** Why a ticket changed hands, where the other system kept no reason. */
const unknownReason = 'not recorded';

function compileTransfer(
  transfer: Extract<Effect, { transfer: unknown }>['transfer'],
  path: string,
  scope: Scope,
): Apply {
  const to = compileValue(transfer.to, `${path}.to`, scope);
  const reason = optional(transfer.reason, `${path}.reason`, scope);
  const readNote = optional(transfer.note, `${path}.note`, scope);
  return (progress, act) => {
    const { cells } = act.row;
    const [why, text] = [reason(cells) ?? unknownReason, readNote(cells)];
    return moveTo(progress, act, to(cells), {
      reason: cut(why, textLength),
      ...(text && { note: cut(text, bodyLength) }),
    });
  };
}

/** Unknown, or where it is already: nothing happens. */
export function moveTo(
  progress: Progress,
  act: Happening,
  to: string | undefined,
  why: object = { reason: unknownReason },
): Progress {
  const { departmentId: from } = progress.ticket;
  if (to === undefined || to === from) return progress;
  const data = { fromDepartmentId: from, toDepartmentId: to, ...why };
  return emit(progress, act, 'routing', 'TicketTransferred', data, { departmentId: to });
}

export function setPriority(progress: Progress, act: Happening, to: string | undefined): Progress {
  const { priority: from } = progress.ticket;
  if (to === undefined || to === from) return progress;
  return emit(progress, act, 'routing', 'PriorityChanged', { from, to }, { priority: to });
}

const prioritise =
  (priority: Read): Apply =>
  (progress, act) =>
    setPriority(progress, act, priority(act.row.cells));

export function setTags(progress: Progress, act: Happening, tags: readonly string[]): Progress {
  const current = new Set(progress.ticket.tags);
  if (tags.length === 0 || (tags.length === current.size && tags.every((tag) => current.has(tag)))) return progress;
  return emit(progress, act, 'routing', 'TicketTagged', { tags }, { tags });
}

const mergeInto =
  (key: Read): Apply =>
  (progress, act) => {
    const into = key(act.row.cells);
    if (into === undefined) return progress;
    return emit(progress, act, 'intake', 'TicketMerged', { intoTicketId: ticketIdOf(act.tenantId, act.logName, into) });
  };

const wrapUp =
  (type: 'WrapUpStarted' | 'WrapUpCompleted'): Apply =>
  (progress, act) => {
    const agentId = agentOf(act.actor) ?? progress.ticket.agentId;
    if (agentId === null) throw new RowRejected('a wrap-up, but nobody is known to do it');
    return emit(progress, act, 'routing', type, { agentId });
  };

const plain: Readonly<Record<Extract<Effect, string>, Apply>> = {
  assign: assignToActor,
  release,
  pause: pauseFor(nothing),
  resume,
  resolve,
  reopen,
  close: close(false),
  spam: (progress, act) => emit(progress, act, 'intake', 'TicketMarkedSpam', {}),
  unspam: (progress, act) => emit(progress, act, 'intake', 'TicketUnmarkedSpam', {}),
  startWrapUp: wrapUp('WrapUpStarted'),
  completeWrapUp: wrapUp('WrapUpCompleted'),
  reply: reply(nothing),
};
export const effects: Pick<typeof plain, 'resume' | 'resolve' | 'reopen' | 'close'> & {
  readonly pause: (reason: string) => Apply;
} = {
  resume,
  resolve,
  reopen,
  close: close(false),
  pause: (reason) => pauseFor(() => reason),
};
