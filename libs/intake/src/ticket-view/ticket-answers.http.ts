import { PageOf } from '@guichet/service';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { actorKinds, deviceClasses } from '@guichet/contracts';
import { entryKinds, type EntryKind } from './ticket-patch.js';
import { ticketStatuses, type TicketStatus } from '../ticket/ticket-state.js';
import type { EntryRow, TicketRow } from './ticket-view.query.js';

class RequesterAnswer {
  @ApiProperty({ description: 'The `sub` of their token, or the key another system knows them by.' })
  id: string;

  @ApiPropertyOptional({ description: 'As it was when the ticket was opened.' })
  name?: string;

  @ApiPropertyOptional({ description: 'As it was when the ticket was opened.' })
  email?: string;
}

/** A ticket in a list. */
export class TicketSummary {
  @ApiProperty({ format: 'uuid', description: 'For every address and reference.' })
  ticketId: string;

  @ApiProperty({ description: 'Readable, unique within the tenant.', example: 'GU-1042' })
  number: string;

  @ApiProperty({ enum: ticketStatuses, description: 'As its requester sees it.' })
  status: TicketStatus;

  @ApiProperty({ type: RequesterAnswer, description: 'Who asked.' })
  requester: RequesterAnswer;

  @ApiProperty({ description: 'What it is about, in one line.' })
  subject: string;

  @ApiProperty({ example: 'portal', description: 'How it reached us.' })
  channel: string;

  @ApiProperty({ enum: deviceClasses, description: 'What the requester sat at.' })
  device: string;

  @ApiProperty({ description: 'BCP 47, `und` where unknown.', example: 'fr' })
  locale: string;

  @ApiPropertyOptional({ description: 'The department the requester asked for.' })
  departmentId?: string;

  @ApiPropertyOptional({
    description:
      'What the requester asked for, where there turned out to be no such department: another one has the ticket.',
  })
  unknownDepartmentId?: string;

  @ApiPropertyOptional({ description: 'The priority at opening.' })
  priority?: string;

  @ApiProperty({ type: [String], description: 'The tags at opening.' })
  tags: readonly string[];

  @ApiProperty({ format: 'date-time', description: 'When it was opened, also where another system did.' })
  openedAt: string;

  @ApiProperty({ format: 'date-time', description: 'When the newest thing happened that the requester can see.' })
  updatedAt: string;

  @ApiProperty({ type: 'integer', description: 'For If-Match.' })
  version: number;

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'The ticket this one was merged into; not told to a requester where it is somebody else’s.',
  })
  mergedInto?: string;

  @ApiProperty({ description: 'Brought in from another system’s log: what it says was not written here.' })
  imported: boolean;
}

class AuthorAnswer {
  @ApiProperty({ enum: actorKinds, description: '`bot`, `system` and `import` are no people.' })
  kind: string;

  @ApiPropertyOptional({ description: 'The requester’s or agent’s id.' })
  id?: string;
}

/** Where a line comes from. */
class OriginAnswer {
  @ApiProperty({ format: 'uuid', description: 'The ticket that was merged into the one shown.' })
  ticketId: string;

  @ApiProperty({ example: 'GU-1041', description: 'Its readable number.' })
  number: string;

  @ApiProperty({ description: 'What it is about.' })
  subject: string;
}

class MergedTicketAnswer {
  @ApiProperty({ format: 'uuid', description: 'A ticket that was merged into this one.' })
  ticketId: string;

  @ApiProperty({ example: 'GU-1041', description: 'Its readable number.' })
  number: string;
}

/** One line of a conversation. */
export class ConversationLine {
  @ApiProperty({ format: 'uuid', description: 'A reply’s id, otherwise the event’s.' })
  id: string;

  @ApiProperty({ enum: entryKinds, description: 'What happened.' })
  kind: EntryKind;

  @ApiProperty({ format: 'date-time', description: 'When it happened.' })
  at: string;

  @ApiProperty({ type: AuthorAnswer, description: 'Who did it.' })
  author: AuthorAnswer;

  @ApiPropertyOptional({ description: 'What was written; the reason of a closing or reopening.' })
  body?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'The merged ticket the reply was sent to.' })
  redirectedFrom?: string;

  @ApiPropertyOptional({
    type: () => OriginAnswer,
    description: 'The ticket it was written on, where that is one that was merged into this.',
  })
  ticket?: OriginAnswer;

  @ApiPropertyOptional({ format: 'uuid', description: 'The other ticket of a merge or split.' })
  otherTicketId?: string;

  @ApiProperty({ description: 'Brought in from another system’s log: it was not written here.' })
  imported: boolean;
}

/** A stretch of a conversation, oldest line first. */
export class ConversationPage {
  @ApiProperty({ type: [ConversationLine], description: 'Oldest first.' })
  items: ConversationLine[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of what was said before; null at the beginning.' })
  earlierCursor: string | null;
}

export class TicketDetail extends TicketSummary {
  @ApiPropertyOptional({ description: 'The request itself.' })
  body?: string;

  @ApiProperty({
    type: [MergedTicketAnswer],
    description: 'What was merged into it, also into that; to a requester, of their own tickets.',
  })
  mergedFrom: MergedTicketAnswer[];

  @ApiProperty({ type: ConversationPage, description: 'The newest part of the conversation.' })
  conversation: ConversationPage;
}

export class TicketPage extends PageOf(TicketSummary) {}

/** As the viewer sees it; `requesterId` is undefined for staff. */
export function summaryOf(row: TicketRow, requesterId?: string): TicketSummary {
  const knowsTarget = requesterId === undefined || row.merged_into_requester_id === requesterId;
  return {
    ticketId: row.ticket_id,
    number: row.number,
    status: row.status,
    requester: {
      id: row.requester_id,
      ...(row.requester_name !== null && { name: row.requester_name }),
      ...(row.requester_email !== null && { email: row.requester_email }),
    },
    subject: row.subject,
    channel: row.channel,
    device: row.device,
    locale: row.locale,
    ...(row.department_id !== null && {
      [row.department_unknown ? 'unknownDepartmentId' : 'departmentId']: row.department_id,
    }),
    ...(row.priority !== null && { priority: row.priority }),
    tags: row.tags,
    openedAt: row.opened_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
    ...(row.merged_into !== null && knowsTarget && { mergedInto: row.merged_into }),
    imported: row.imported,
  };
}

export function lineOf(row: EntryRow): ConversationLine {
  return {
    id: row.entry_id,
    kind: row.kind,
    at: row.at.toISOString(),
    author: { kind: row.author_kind, ...(row.author_id !== null && { id: row.author_id }) },
    ...(row.body !== null && { body: row.body }),
    ...(row.redirected_from !== null && { redirectedFrom: row.redirected_from }),
    ...(row.other_ticket_id !== null && { otherTicketId: row.other_ticket_id }),
    ...(row.origin_id !== null && {
      ticket: { ticketId: row.origin_id, number: row.origin_number ?? '', subject: row.origin_subject ?? '' },
    }),
    imported: row.imported,
  };
}
