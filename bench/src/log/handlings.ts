import type { DomainEvent } from '@guichet/event-sourcing';
import type { WorkOnTicket } from '@guichet/routing/handling';
import { idOf, reply } from './replies.js';

type HandlingCommand = WorkOnTicket['command'];

/** One command of a ticket's work, and the one event it leads to. */
export interface Step {
  readonly ticketId: string;
  readonly streamId: string;
  /** Of the stream before it. */
  readonly version: number;
  readonly command: HandlingCommand;
  readonly event: DomainEvent;
}

const [agentId, departmentId, priority] = ['agent-42', 'billing', 'normal'];
const stepsOfTicket = 8;

/** One writer's tickets, one after the other. `first` keeps them apart from others'. */
export function stepsOf(first: number): () => Step {
  let done = 0;
  return () => {
    const version = done % stepsOfTicket;
    const ticketId = idOf(first + Math.floor(done / stepsOfTicket));
    done++;
    return { ticketId, streamId: `handling-${ticketId}`, version, ...work(version, ticketId, done) };
  };
}

function work(version: number, ticketId: string, number: number): Pick<Step, 'command' | 'event'> {
  const { type, data: replied } = reply(ticketId, number);
  const { at, body, replyId } = replied;
  const about = { ticketId, at };
  switch (version) {
    case 0: {
      const data = { ...about, departmentId, priority };
      return {
        command: { type: 'QueueTicket', data: { ...data, ticketVersion: 1, tags: [] } },
        event: { type: 'TicketQueued', data },
      };
    }
    case 1: {
      const data = { ...about, agentId, departmentId };
      return { command: { type: 'ClaimTicket', data: { ...about, agentId } }, event: { type: 'TicketAssigned', data } };
    }
    case 6: {
      const data = { ...about, noteId: replyId, agentId, body };
      return { command: { type: 'AddInternalNote', data }, event: { type: 'InternalNoteAdded', data } };
    }
    case 7: {
      const data = { ...about, agentId, departmentId };
      return {
        command: { type: 'ResolveTicket', data: { ...about, agentId } },
        event: { type: 'TicketResolved', data },
      };
    }
    default:
      return {
        command: { type: 'ReplyToRequester', data: { ...about, replyId, agentId, body } },
        event: { type, data: replied },
      };
  }
}
