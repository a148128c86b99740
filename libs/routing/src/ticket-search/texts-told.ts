/** What the two logs tell of the texts of tickets. Pure. */
import { type IntakeEventData } from '@guichet/contracts';
import { type RecordedEvent } from '@guichet/event-sourcing';
import { type TextChange, type TicketText, type ToldText } from '@guichet/search';
import { type HandlingEvent } from '../handling/handling.js';
import { intakeFact } from '../intake-facts.js';

/** What is found: the request, what the requester wrote, what was answered, what agents wrote for themselves. */
export const textKinds = ['request', 'message', 'answer', 'note'] as const;
export type TextKind = (typeof textKinds)[number];
/** The tags of a ticket are a text as well, one that is never shown. */
const tagsKind = 'tags';

type Changes = (event: RecordedEvent) => readonly TextChange[];
type DataOf<Type extends HandlingEvent['type']> = Extract<HandlingEvent, { type: Type }>['data'];

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const told = (
  event: RecordedEvent,
  kind: TextKind | typeof tagsKind,
  text: TicketText,
  more: Partial<Pick<ToldText, 'entryId' | 'authorId' | 'locale'>> = {},
): readonly TextChange[] => {
  const { tenantId, eventId, version, position, occurredAt: at } = event;
  const { ticketId } = event.data as { ticketId: string };
  return [{ type: 'told', told: { tenantId, ticketId, version, position, entryId: eventId, kind, at, text, ...more } }];
};

const byAgent = (event: RecordedEvent, body: string | undefined): readonly TextChange[] => {
  const { kind, id } = event.metadata.actor;
  // What is said to be a requester's comes from intake too, which tells it of itself.
  if (body === undefined || kind === 'requester') return [];
  return told(event, 'note', { body }, { ...(id !== undefined && { authorId: id }) });
};

/** What a requester wrote; of a message that was moved, whose it is stands in the request alone. */
const byRequester = (event: RecordedEvent, body: string | undefined, entryId?: string): readonly TextChange[] => {
  const { kind, id } = event.metadata.actor;
  if (body === undefined) return [];
  const more = { ...(entryId !== undefined && { entryId }), ...(kind === 'requester' && { authorId: id }) };
  return told(event, 'message', { body }, more);
};

/** By routing's own events; null: nothing to find. A new event does not compile until it is decided here. */
const ofWork: Readonly<Record<HandlingEvent['type'], Changes | null>> = {
  AgentReplied: (event) => {
    const { replyId, agentId, body } = event.data as DataOf<'AgentReplied'>;
    return told(event, 'answer', { body }, { entryId: replyId, authorId: agentId });
  },
  InternalNoteAdded: (event) => {
    const { noteId, agentId, body } = event.data as DataOf<'InternalNoteAdded'>;
    return told(event, 'note', { body }, { entryId: noteId, authorId: agentId });
  },
  TicketTransferred: (event) => {
    const { reason, note } = event.data as DataOf<'TicketTransferred'>;
    return byAgent(event, note === undefined ? reason : `${reason}\n${note}`);
  },
  AssignmentReleased: (event) => byAgent(event, (event.data as DataOf<'AssignmentReleased'>).reason),
  TicketReopened: (event) => byAgent(event, (event.data as DataOf<'TicketReopened'>).reason),
  TicketTagged: (event) => {
    const { ticketId, tags } = event.data as DataOf<'TicketTagged'>;
    const gone: TextChange = { type: 'gone', gone: { tenantId: event.tenantId, ticketId, kind: tagsKind } };
    return tags.length === 0 ? [gone] : [gone, ...told(event, tagsKind, { tags })];
  },
  TicketQueued: null,
  TicketPaused: null,
  TicketResumed: null,
  TicketResolved: null,
  TicketClosed: null,
  TicketAssigned: null,
  PriorityChanged: null,
  WrapUpStarted: null,
  WrapUpCompleted: null,
  ActivityLogged: null,
  HandlingWithdrawn: null,
  HandlingReturned: null,
  RequesterHeard: null,
  TicketTakenOver: null,
};

/** By intake's events. */
const ofRequest: Readonly<Record<keyof IntakeEventData, Changes | null>> = {
  TicketOpened: (event) => {
    const { number, subject, body, requesterId, requesterName, requesterEmail, locale } =
      event.data as IntakeEventData['TicketOpened'];
    // An id that nobody reads is no name.
    const named = [requesterName, requesterEmail, uuid.test(requesterId) ? undefined : requesterId];
    const people = named.filter((name) => name !== undefined);
    const text = { number, title: subject, people, ...(body !== undefined && { body }) };
    return told(event, 'request', text, { authorId: requesterId, locale });
  },
  RequesterReplied: (event) => {
    const { replyId, body } = event.data as IntakeEventData['RequesterReplied'];
    return byRequester(event, body, replyId);
  },
  TicketReopenedByRequester: (event) =>
    byRequester(event, (event.data as IntakeEventData['TicketReopenedByRequester']).reason),
  TicketClosedByRequester: (event) =>
    byRequester(event, (event.data as IntakeEventData['TicketClosedByRequester']).reason),
  TicketSplit: ({ tenantId, data }) => {
    const { ticketId, replies } = data as IntakeEventData['TicketSplit'];
    return [{ type: 'gone', gone: { tenantId, ticketId, entryIds: replies.map(({ replyId }) => replyId) } }];
  },
  TicketMarkedSpam: null,
  TicketUnmarkedSpam: null,
  TicketMerged: null,
  TicketUnmerged: null,
};

const changesBy = (table: Readonly<Record<string, Changes | null>>): ReadonlyMap<string, Changes> =>
  new Map(Object.entries(table).flatMap(([type, changes]) => (changes ? [[type, changes] as const] : [])));
const byLog = { own: changesBy(ofWork), received: changesBy(ofRequest) };

/** Whether an event of either log may tell of a text. What cannot be read is not passed over. */
export const tellsOfTexts = ({ type }: RecordedEvent): boolean =>
  type === 'Unreadable' || byLog.own.has(type) || byLog.received.has(type);

/** What follows from an event of a log. @throws Error for a record that could not be read */
export function textChanges(log: string, event: RecordedEvent): readonly TextChange[] {
  if (log === 'own') return byLog.own.get(event.type)?.(event) ?? [];
  const fact = intakeFact(event);
  return (fact && byLog.received.get(fact.type)?.(event)) ?? [];
}
