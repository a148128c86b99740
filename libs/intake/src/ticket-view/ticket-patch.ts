/** What events change in a ticket's view. Pure: the projection writes what is folded here. */
import type { RoutingEventData, Source } from '@guichet/contracts';
import type { RecordedEvent } from '@guichet/event-sourcing';
import type { TicketEvent } from '../ticket/ticket.js';
import type { WorkStatus } from '../ticket/ticket-state.js';

/** The new values of a view's columns; what is absent stays. No column ever goes back to null. */
export interface TicketPatch {
  readonly tenant_id: string;
  readonly ticket_id: string;
  number?: string;
  requester_id?: string;
  requester_name?: string;
  requester_email?: string;
  subject?: string;
  body?: string;
  channel?: string;
  device?: string;
  locale?: string;
  department_id?: string;
  /** Routing knows no such department. */
  department_unknown?: boolean;
  priority?: string;
  tags?: readonly string[];
  opened_at?: string;
  /** The ticket stream's version: the entity tag. */
  version?: number;
  spam?: boolean;
  merged?: boolean;
  merged_into?: string;
  /** Brought in from another system's log. */
  imported?: boolean;
  said?: 'open' | 'closed';
  said_version?: number;
  said_at?: string;
  replied_version?: number;
  /** The handling stream's version, as far as it has arrived. */
  handling_version?: number;
  handling_status?: WorkStatus;
  /** Version of the ticket's stream that routing knew of then; 0 where it did not say. */
  handling_heard?: number;
  handling_changed_at?: string;
  updated_at?: string;
}

/** One line of the conversation. `version` orders the lines of one source. */
export interface ConversationEntry {
  readonly tenant_id: string;
  readonly ticket_id: string;
  readonly source: Source;
  readonly version: number;
  readonly entry_id: string;
  readonly kind: EntryKind;
  readonly at: string;
  readonly author_kind: string;
  readonly author_id?: string;
  readonly body?: string;
  readonly redirected_from?: string;
  /** The other ticket of a merge or split. */
  readonly other_ticket_id?: string;
  /** Brought in from another system's log. */
  readonly imported: boolean;
}

/** How tickets came together and apart, in the order in which it happened. */
export type Regrouping =
  | {
      readonly kind: 'merged';
      readonly tenant_id: string;
      readonly ticket_id: string;
      readonly into: string;
      readonly version: number;
      readonly at: string;
    }
  | { readonly kind: 'unmerged'; readonly tenant_id: string; readonly ticket_id: string; readonly at: string }
  | {
      readonly kind: 'moved';
      readonly tenant_id: string;
      readonly ticket_id: string;
      readonly into: string;
      readonly entry_ids: readonly string[];
    };

export const entryKinds = [
  'requester-reply',
  'agent-reply',
  'resolved',
  'closed',
  'reopened',
  'merged',
  'unmerged',
  'split',
  'opened',
] as const;
export type EntryKind = (typeof entryKinds)[number];

type Line = Pick<ConversationEntry, 'kind' | 'body' | 'redirected_from' | 'other_ticket_id'> & {
  readonly entry_id?: string;
  readonly author_kind?: string;
  readonly author_id?: string;
};

/** A batch of events as changes: one patch per ticket, and the new lines of the conversations. */
export class ViewChanges {
  readonly patches = new Map<string, TicketPatch>();
  readonly entries: ConversationEntry[] = [];
  readonly regroupings: Regrouping[] = [];

  /** An event of intake's own log. */
  addOwn(event: RecordedEvent): void {
    const { type, data } = event as unknown as TicketEvent;
    const patch = this.patchOf(event, data.ticketId);
    patch.version = event.version;
    switch (type) {
      case 'TicketOpened':
        open(patch, data);
        patch.imported = event.metadata.imported ?? false;
        return;
      case 'RequesterReplied':
        patch.replied_version = event.version;
        this.say('intake', event, data.ticketId, {
          kind: 'requester-reply',
          entry_id: data.replyId,
          body: data.body,
          redirected_from: data.redirectedFrom,
          // A split moves what somebody else wrote.
          ...(data.movedFrom !== undefined && { author_kind: 'requester', author_id: undefined }),
        });
        return;
      case 'TicketReopenedByRequester':
        say(patch, 'open', event);
        this.say('intake', event, data.ticketId, { kind: 'reopened', body: data.reason });
        return;
      case 'TicketClosedByRequester':
        say(patch, 'closed', event);
        this.say('intake', event, data.ticketId, { kind: 'closed', body: data.reason });
        return;
      case 'TicketMarkedSpam':
        patch.spam = true;
        return;
      case 'TicketUnmarkedSpam':
        patch.spam = false;
        return;
      case 'TicketMerged':
        patch.merged = true;
        patch.merged_into = data.intoTicketId;
        this.regroupings.push({
          kind: 'merged',
          ...about(event, data.ticketId),
          into: data.intoTicketId,
          version: event.version,
        });
        this.say('intake', event, data.ticketId, { kind: 'merged', other_ticket_id: data.intoTicketId });
        return;
      case 'TicketUnmerged':
        patch.merged = false;
        this.regroupings.push({ kind: 'unmerged', ...about(event, data.ticketId) });
        this.say('intake', event, data.ticketId, { kind: 'unmerged', other_ticket_id: data.fromTicketId });
        return;
      case 'TicketSplit': {
        const entry_ids = data.replies.map(({ replyId }) => replyId);
        this.regroupings.push({ kind: 'moved', ...about(event, data.ticketId), into: data.intoTicketId, entry_ids });
        this.say('intake', event, data.ticketId, { kind: 'split', other_ticket_id: data.intoTicketId });
        return;
      }
    }
  }

  /** An event that came from routing. Most of the work on a ticket is none of its requester's concern. */
  addReceived(event: RecordedEvent): void {
    if (event.type === 'Unreadable') throw new Error('The record could not be read as an event.');
    const change = changesBy.get(event.type);
    if (!change) return;
    const { ticketId } = event.data as { ticketId: string };
    const patch = this.patchOf(event, ticketId);
    patch.handling_version = event.version;
    change(patch, event, this);
  }

  /** Adds a line to the ticket's conversation. */
  say(source: ConversationEntry['source'], event: RecordedEvent, ticketId: string, line: Line): void {
    const { tenantId, eventId, version, occurredAt, metadata } = event;
    this.entries.push({
      tenant_id: tenantId,
      ticket_id: ticketId,
      source,
      version,
      at: occurredAt,
      author_kind: metadata.actor.kind,
      author_id: metadata.actor.id,
      imported: metadata.imported ?? false,
      entry_id: eventId,
      ...line,
    });
  }

  private patchOf({ tenantId, occurredAt }: RecordedEvent, ticketId: string): TicketPatch {
    const key = `${tenantId}/${ticketId}`;
    let patch = this.patches.get(key);
    if (!patch) this.patches.set(key, (patch = { tenant_id: tenantId, ticket_id: ticketId, updated_at: occurredAt }));
    if (patch.updated_at === undefined || occurredAt > patch.updated_at) patch.updated_at = occurredAt;
    return patch;
  }
}

const about = ({ tenantId, occurredAt }: RecordedEvent, ticketId: string) => ({
  tenant_id: tenantId,
  ticket_id: ticketId,
  at: occurredAt,
});

function open(patch: TicketPatch, data: Extract<TicketEvent, { type: 'TicketOpened' }>['data']): void {
  patch.number = data.number;
  patch.requester_id = data.requesterId;
  patch.requester_name = data.requesterName;
  patch.requester_email = data.requesterEmail;
  patch.subject = data.subject;
  patch.body = data.body;
  patch.channel = data.channel;
  patch.device = data.device;
  patch.locale = data.locale;
  patch.department_id = data.departmentId;
  patch.priority = data.priority;
  patch.tags = data.tags ?? [];
  patch.opened_at = data.at;
}

function say(patch: TicketPatch, said: 'open' | 'closed', { version, occurredAt }: RecordedEvent): void {
  patch.said = said;
  patch.said_version = version;
  patch.said_at = occurredAt;
}

type Change = (patch: TicketPatch, event: RecordedEvent, changes: ViewChanges) => void;

function become(patch: TicketPatch, status: WorkStatus, { data, occurredAt }: RecordedEvent): void {
  patch.handling_status = status;
  patch.handling_heard = (data as { ticketVersion?: number }).ticketVersion ?? 0;
  patch.handling_changed_at = occurredAt;
}

const working: Change = (patch, event) => become(patch, 'open', event);

/** Shown to nobody outside the desk, and therefore not even kept here. */
const neverKept = 'never kept';

/**
 * What a requester sees of routing's events; null: nothing. A new event does not compile until it is decided here. Most
 * of the work on a ticket is none of their concern.
 */
const routingChanges: Readonly<Record<keyof RoutingEventData, Change | null | typeof neverKept>> = {
  TicketQueued: (patch, event, changes) => {
    const { unknownDepartmentId } = event.data as RoutingEventData['TicketQueued'];
    if (unknownDepartmentId !== undefined) patch.department_unknown = true;
    working(patch, event, changes);
  },
  TicketAssigned: null,
  AssignmentReleased: null,
  TicketTransferred: null,
  AgentReplied: (_patch, event, changes) => {
    const { ticketId, replyId, body } = event.data as RoutingEventData['AgentReplied'];
    changes.say('routing', event, ticketId, { kind: 'agent-reply', entry_id: replyId, body });
  },
  PriorityChanged: null,
  TicketTagged: neverKept,
  TicketPaused: (patch, event) => {
    const { reason } = event.data as RoutingEventData['TicketPaused'];
    become(patch, reason === 'requester' ? 'awaiting-requester' : 'open', event);
  },
  TicketResumed: working,
  TicketResolved: (patch, event, changes) => {
    become(patch, 'resolved', event);
    changes.say('routing', event, patch.ticket_id, { kind: 'resolved' });
  },
  TicketReopened: working,
  WrapUpStarted: neverKept,
  WrapUpCompleted: neverKept,
  TicketClosed: (patch, event) => become(patch, 'closed', event),
  ActivityLogged: neverKept,
  DepartmentCreated: null,
  DepartmentRenamed: null,
  DepartmentRetired: null,
  DepartmentRestored: null,
  AgentRegistered: null,
  AgentDepartmentsChanged: null,
  AgentDeactivated: null,
  AgentReactivated: null,
  DepartmentScopeChanged: null,
};
const changesBy = new Map<string, Change>(
  Object.entries(routingChanges).flatMap(([type, change]) => (typeof change === 'function' ? [[type, change]] : [])),
);

/** Routing's events that are no business of requesters, and so none of intake's. They are most of an imported log. */
export const behindTheDesk: readonly string[] = Object.entries(routingChanges).flatMap(([type, change]) =>
  change === neverKept ? [type] : [],
);
