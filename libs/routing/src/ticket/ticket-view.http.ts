import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ticketStates, type TicketState, withdrawalOf } from './ticket-state.js';
import { type MergedRow, type NamedTicket } from './ticket.query.js';

const orNull = (description?: string): ApiPropertyOptions => ({ type: 'string', nullable: true, description });
const time = (description?: string): ApiPropertyOptions => ({
  type: 'string',
  format: 'date-time',
  nullable: true,
  description,
});

/**
 * A ticket as agents see it. What intake tells (number, subject, requester …) is null until its feed has brought it.
 */
export class TicketView {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @ApiProperty(orNull('Readable, unique within the tenant.')) number: string | null;
  @ApiProperty(orNull()) subject: string | null;
  @ApiProperty({ enum: ticketStates }) status: TicketState;
  @ApiProperty(orNull()) departmentId: string | null;
  @ApiProperty(orNull()) departmentName: string | null;
  @ApiProperty(orNull('What the requester asked for, where there is no such department.')) unknownDepartmentId:
    string | null;
  @ApiProperty(orNull()) agentId: string | null;
  @ApiProperty(orNull()) agentName: string | null;
  @ApiProperty() priority: string;
  @ApiProperty({ type: [String] }) tags: readonly string[];
  @ApiProperty(orNull('Whom we wait for.')) pausedFor: string | null;
  @ApiProperty({ ...orNull('Why it is out of work.'), enum: ['spam', 'merged', null] }) withdrawn: string | null;
  @ApiProperty(orNull('The ticket that carries it on.')) mergedInto: string | null;
  @ApiProperty({ type: 'integer', nullable: true, description: 'Support level.' }) level: number | null;
  @ApiProperty({ type: 'integer', description: 'How often it changed departments.' }) transfers: number;
  @ApiProperty({ enum: ['none', 'running', 'done'] }) wrapUp: string;
  @ApiProperty(orNull()) requesterId: string | null;
  @ApiProperty(orNull()) requesterName: string | null;
  @ApiProperty(orNull()) channel: string | null;
  @ApiProperty(orNull()) locale: string | null;
  @ApiProperty(time()) openedAt: string | null;
  @ApiProperty(time('Since when it is routing’s; orders queues.')) queuedAt: string | null;
  @ApiProperty(time('The last assignment.')) assignedAt: string | null;
  @ApiProperty(time('The last reply of an agent.')) agentRepliedAt: string | null;
  @ApiProperty(time('The last reply of the requester.')) requesterRepliedAt: string | null;
  @ApiProperty(time()) resolvedAt: string | null;
  @ApiProperty(time()) closedAt: string | null;
  @ApiProperty({ type: 'integer', description: 'Version of the work on it; also the ETag.' }) version: number;
}

class MergedTicket {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @ApiProperty(orNull('Readable, unique within the tenant.')) number: string | null;
  @ApiProperty(orNull()) subject: string | null;
  @ApiProperty(orNull()) requesterId: string | null;
  @ApiProperty(orNull()) requesterName: string | null;
}

export class TicketDetailView extends TicketView {
  @ApiProperty({ type: [MergedTicket], description: 'What was merged into it; its timeline has their history too.' })
  mergedFrom: MergedTicket[];
}

export const ticketDetailView = (row: NamedTicket, merged: readonly MergedRow[]): TicketDetailView => ({
  ...ticketView(row),
  mergedFrom: merged.map(({ ticket_id, number, subject, requester_id, requester_name }) => ({
    ...{ ticketId: ticket_id, number, subject },
    ...{ requesterId: requester_id, requesterName: requester_name },
  })),
});

export const ticketView = (row: NamedTicket): TicketView => ({
  ticketId: row.ticket_id,
  number: row.number,
  subject: row.subject,
  status: row.state,
  departmentId: row.department_id,
  departmentName: row.department_name,
  unknownDepartmentId: row.unknown_department_id,
  agentId: row.agent_id,
  agentName: row.agent_name,
  priority: row.priority,
  tags: row.tags,
  pausedFor: row.paused_for,
  withdrawn: withdrawalOf(row),
  mergedInto: row.merged_into,
  level: row.level,
  transfers: row.transfers,
  wrapUp: row.wrap_up,
  requesterId: row.requester_id,
  requesterName: row.requester_name,
  channel: row.channel,
  locale: row.locale,
  openedAt: instant(row.opened_at),
  queuedAt: instant(row.queued_at),
  assignedAt: instant(row.assigned_at),
  agentRepliedAt: instant(row.agent_replied_at),
  requesterRepliedAt: instant(row.requester_replied_at),
  resolvedAt: instant(row.resolved_at),
  closedAt: instant(row.closed_at),
  version: row.version,
});

const instant = (time: Date | null): string | null => time?.toISOString() ?? null;
