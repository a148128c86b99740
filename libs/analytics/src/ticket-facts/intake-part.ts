/** Folds intake's events of one ticket. Changes the part it is given. */
import { countHourly, uncountHourly, type HourlyTuple, type IntakePart, type Opening } from './fold-state.js';
import { countedAt } from './limits.js';
import type { IntakeEvent } from './ticket-event.js';

const message = (at: number): HourlyTuple => [at, null, null, null, 1, null, 0];

export function foldIntake(part: IntakePart, event: IntakeEvent): void {
  if (event.version <= part.version) return; // redelivered
  const at = countedAt(event.occurredAt);
  part.version = event.version;
  part.lastAt = Math.max(part.lastAt ?? at, at);
  switch (event.type) {
    case 'TicketOpened':
      if (part.opening) return;
      part.opening = openingOf(event, at);
      countHourly(part.messages, message(at));
      return;
    case 'RequesterReplied':
      countHourly(part.messages, message(at));
      return;
    case 'TicketReopenedByRequester':
      part.items.push(['requester-reopened', at]);
      return;
    case 'TicketClosedByRequester':
      part.items.push(['requester-closed', at]);
      return;
    case 'TicketMarkedSpam':
      part.spam = true;
      return;
    case 'TicketUnmarkedSpam':
      part.spam = false;
      return;
    case 'TicketMerged':
      part.mergedInto = event.data.intoTicketId;
      return;
    case 'TicketUnmerged':
      part.mergedInto = null;
      return;
    case 'TicketSplit':
      // The new ticket counts them when they were written.
      for (const reply of event.data.replies) uncountHourly(part.messages, countedAt(reply.at));
      return;
  }
}

function openingOf({ data, metadata }: Extract<IntakeEvent, { type: 'TicketOpened' }>, at: number): Opening {
  return {
    at,
    by: metadata.actor.kind,
    number: data.number,
    requesterId: data.requesterId,
    channel: data.channel,
    device: data.device,
    locale: data.locale,
    departmentId: data.departmentId ?? null,
    priority: data.priority ?? null,
    tags: data.tags ?? [],
  };
}
