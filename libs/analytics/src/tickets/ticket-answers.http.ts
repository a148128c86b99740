/** The shapes of the answers, for OpenAPI. */
import { PageOf } from '@guichet/service';
import { sources } from '@guichet/contracts';
import { ApiProperty } from '@nestjs/swagger';
import type { FoundTicket, StoredEvent } from './tickets.query.js';
import type { TicketView } from './ticket-view.js';

const Text = () => ApiProperty({ type: 'string', nullable: true });
const Time = (description?: string) =>
  ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    ...(description === undefined ? {} : { description }),
  });
const Seconds = (description: string) => ApiProperty({ type: 'integer', nullable: true, description });
const Count = () => ApiProperty({ type: 'integer' });

class MomentView {
  @ApiProperty({ format: 'date-time' }) at: string;
  @Text() departmentId: string | null;
  @Text() priority: string | null;
  @Text() agentId: string | null;
}
class ReopeningView extends MomentView {
  @ApiProperty({ description: 'It found the ticket resolved or closed.' }) opens: boolean;
}
class UnresolvedClosingView extends MomentView {
  @ApiProperty({ enum: [1, -1], description: '-1: the ticket so closed was resolved after all.' }) n: 1 | -1;
}
class TransferView extends MomentView {
  @ApiProperty() toDepartmentId: string;
}
class CountView extends MomentView {
  @ApiProperty({ type: 'integer', description: 'How many of them within the UTC hour.' }) n: number;
}
class ActivityView extends CountView {
  @ApiProperty() activity: string;
  @Count() seconds: number;
}
class IntervalView {
  @ApiProperty({ format: 'date-time' }) from: string;
  @Time('Not in it any more; null while it lasts.') to: string | null;
}
class SegmentView extends IntervalView {
  @Text() departmentId: string | null;
  @Text() priority: string | null;
  @Text() agentId: string | null;
  @ApiProperty({ type: [String] }) tags: readonly string[];
}
const Milestone = () => ApiProperty({ type: MomentView, nullable: true });

/** What the figures know of a ticket. */
export class TicketFacts implements TicketView {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @Text() number: string | null;
  @Text() requesterId: string | null;
  @Text() channel: string | null;
  @Text() device: string | null;
  @Text() locale: string | null;
  @Time() openedAt: string | null;
  @Text() openedBy: string | null;
  @Text() openingDepartmentId: string | null;
  @Text() openingPriority: string | null;
  @ApiProperty() spam: boolean;
  @Text() mergedIntoTicketId: string | null;
  @ApiProperty({ description: 'Neither spam nor merged: in every figure but the gross count.' }) counted: boolean;
  @ApiProperty({ description: 'Counted, and not opened by a bot.' }) net: boolean;
  @ApiProperty({ type: 'string', nullable: true, enum: ['open', 'resolved', 'closed'] }) status: TicketView['status'];
  @Text() departmentId: string | null;
  @Text() priority: string | null;
  @Text() agentId: string | null;
  @ApiProperty({ type: [String] }) tags: readonly string[];
  @Milestone() firstAssignment: MomentView | null;
  @Seconds('Opening to first assignment.') firstAssignmentSeconds: number | null;
  @Milestone() firstResponse: MomentView | null;
  @Seconds('Opening to first response.') firstResponseSeconds: number | null;
  @Milestone() firstResolution: MomentView | null;
  @Seconds('Opening to first resolution.') firstResolutionSeconds: number | null;
  @Milestone() lastResolution: MomentView | null;
  @Seconds('Opening to last resolution, while resolved.') fullResolutionSeconds: number | null;
  @Time() lastClosedAt: string | null;
  @Seconds('Opening to last closing.') closeSeconds: number | null;
  @Milestone() lastEnd: MomentView | null;
  @ApiProperty({ type: [MomentView] }) resolutions: MomentView[];
  @ApiProperty({ type: [UnresolvedClosingView] }) unresolvedClosings: UnresolvedClosingView[];
  @ApiProperty({ type: [ReopeningView] }) reopenings: ReopeningView[];
  @ApiProperty({ type: [TransferView] }) transfers: TransferView[];
  @Count() transfersToFirstResolution: number;
  @ApiProperty({ type: [CountView] }) agentChanges: CountView[];
  @Count() agentChangeCount: number;
  @Count() agentChangesToFirstResolution: number;
  @Count() pingPongReturns: number;
  @ApiProperty({ type: [IntervalView] }) openIntervals: IntervalView[];
  @ApiProperty({ type: [SegmentView] }) backlog: SegmentView[];
  @ApiProperty({ type: [CountView] }) requesterMessages: CountView[];
  @Count() requesterMessageCount: number;
  @ApiProperty({ type: [CountView] }) agentMessages: CountView[];
  @Count() agentMessageCount: number;
  @Count() automaticReplyCount: number;
  @ApiProperty() oneTouch: boolean;
  @Seconds('Completed wrap-up.') wrapUpSeconds: number | null;
  @Milestone() lastWrapUp: MomentView | null;
  @Seconds('Work on it so far.') handleSeconds: number | null;
  @Time('Work is under way since.') handleSince: string | null;
  @Seconds('The requester waited so far.') requesterWaitSeconds: number | null;
  @Time('The requester waits since.') requesterWaitSince: string | null;
  @ApiProperty({ type: [ActivityView] }) activities: ActivityView[];
  @ApiProperty({ format: 'date-time' }) lastEventAt: string;
}

class FoundView implements FoundTicket {
  @ApiProperty({ format: 'uuid' }) ticketId: string;
  @Text() number: string | null;
  @Text() status: string | null;
  @Time() openedAt: string | null;
}
export class FoundTickets {
  @ApiProperty({ type: [FoundView] }) items: readonly FoundView[];
}

class ActorView {
  @ApiProperty({ enum: ['requester', 'agent', 'bot', 'system', 'import'] }) kind: string;
  @ApiProperty({ required: false }) id?: string;
}
export class EventView implements Omit<StoredEvent, 'correlationId'> {
  @ApiProperty({ type: 'integer', description: 'Order of arrival.' }) position: number;
  @ApiProperty({ format: 'uuid' }) eventId: string;
  @ApiProperty({ enum: sources }) source: string;
  @Count() sourcePosition: number;
  @ApiProperty() streamId: string;
  @Count() version: number;
  @ApiProperty({ example: 'TicketResolved' }) type: string;
  @ApiProperty({ format: 'date-time', description: 'When it happened.' }) occurredAt: string;
  @ApiProperty({ format: 'date-time', description: 'When its publisher learned it.' }) recordedAt: string;
  @ApiProperty({ format: 'date-time', description: 'When analytics received it.' }) receivedAt: string;
  @ApiProperty({ type: ActorView }) actor: ActorView;
  @ApiProperty() imported: boolean;
  @ApiProperty({ required: false, description: 'Only if you work on tickets.' }) correlationId?: string;
  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    description: 'Without names, reasons, tags and texts of people, unless you work on tickets.',
  })
  data: Readonly<Record<string, unknown>>;
}
export class TicketEvents extends PageOf(EventView) {}
