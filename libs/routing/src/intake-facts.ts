/** What routing reads of intake's feed. */
import { type IntakeEventData, contractOf } from '@guichet/contracts';
import { type RecordedEvent } from '@guichet/event-sourcing';
import { type Placed, type RequestersCommand } from './handling/handling.js';

export type IntakeFact = { [T in keyof IntakeEventData]: { type: T; data: IntakeEventData[T] } }[keyof IntakeEventData];

/**
 * The fact a received event tells; undefined for a type this version knows nothing of.
 * @throws Error for a record that could not be read: its stream has to wait for an operator.
 */
export function intakeFact({ type, data }: Pick<RecordedEvent, 'type' | 'data'>): IntakeFact | undefined {
  if (type === 'Unreadable') throw new Error('The record could not be read as an event.');
  return contractOf(type)?.source === 'intake' ? ({ type, data } as IntakeFact) : undefined;
}

/**
 * What a fact of the ticket's stream leads to; undefined where nothing follows. `ticketVersion` is its version there,
 * `placed` says where a ticket goes that has just been opened.
 */
export function commandAfter(
  { type, data }: IntakeFact,
  ticketVersion: number,
  placed: Placed,
): RequestersCommand | undefined {
  const { ticketId, at } = data;
  const about = { ticketId, ticketVersion, at };
  switch (type) {
    case 'TicketOpened': {
      const { priority = 'normal', tags = [] } = data;
      return { type: 'QueueTicket', data: { ...about, ...placed, priority, tags } };
    }
    case 'RequesterReplied':
      return { type: 'ReceiveReply', data: about };
    case 'TicketReopenedByRequester':
      return { type: 'ReopenForRequester', data: { ...about, reason: data.reason } };
    case 'TicketClosedByRequester':
      return { type: 'CloseForRequester', data: about };
    case 'TicketMarkedSpam':
      return { type: 'WithdrawHandling', data: { ...about, reason: 'spam' } };
    case 'TicketMerged':
      return { type: 'WithdrawHandling', data: { ...about, reason: 'merged', intoTicketId: data.intoTicketId } };
    case 'TicketUnmarkedSpam':
      return { type: 'ReturnHandling', data: { ...about, from: 'spam' } };
    case 'TicketUnmerged':
      return { type: 'ReturnHandling', data: { ...about, from: 'merged' } };
    case 'TicketSplit':
      return undefined; // the new ticket tells of itself
  }
}
