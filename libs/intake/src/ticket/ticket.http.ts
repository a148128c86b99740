import { randomUUID } from 'node:crypto';
import { type CommandResult, uuid5 } from '@guichet/event-sourcing';
import { Body, Controller, Delete, Headers, HttpCode, Post, UseGuards } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  commandAnswer,
  Ctx,
  deviceOf,
  forbidden,
  preferredLocale,
  RequestContext,
  Roles,
  UuidParam,
} from '@guichet/http-host';
import { commandOptions, CommandResponse, Freshness, now } from '@guichet/service';
import { StaffSightGuard } from '../desk/staff-sight.http.js';
import {
  callerOf,
  requesterFromToken,
  notYourDepartmentWords,
  staffRoles,
  ticketRoles,
  unknownTicketWords,
} from './caller.http.js';
import type { TicketCommand, TicketEvent } from './ticket.js';
import {
  MergeBody,
  SplitAnswer,
  SplitBody,
  OpenedAnswer,
  OpenTicketBody,
  ReasonBody,
  RepliedAnswer,
  ReplyBody,
  TicketAnswer,
} from './ticket-bodies.http.js';
import { MarkSpam, MergeTicket, SplitTicket } from './merging.handler.js';
import { EndOrReopen, HandleTicket, OpenTicket, SendReply } from './ticket.handler.js';
import { TicketViews } from '../ticket-view/ticket-view.query.js';

const unknown = { 403: notYourDepartmentWords, 404: unknownTicketWords };

type Fact<Type extends TicketEvent['type']> = Extract<TicketEvent, { type: Type }>['data'];

@ApiTags('tickets')
@UseGuards(StaffSightGuard)
@Controller('intake/v1/tickets')
@Roles(...ticketRoles)
export class TicketHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly freshness: Freshness,
    private readonly views: TicketViews,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Open a ticket',
    description:
      'For oneself, or by staff on behalf of a requester. A possible duplicate is a warning, never a refusal.',
  })
  @ApiHeader({ name: 'accept-language', required: false, description: 'Gives the locale where the body names none.' })
  @CommandResponse(201, OpenedAnswer, {
    403: '`not-on-behalf`: a requester named another requester; or the token’s roles do not allow it.',
  })
  async open(
    @Ctx() ctx: RequestContext,
    @Body() body: OpenTicketBody,
    @Headers('accept-language') acceptLanguage?: string,
  ) {
    const { requester, touch, ...request } = body;
    const staff = ctx.is(...staffRoles);
    if (requester && !staff) {
      throw forbidden('not-on-behalf', 'A requester opens tickets for themselves: leave out `requester`.');
    }
    const options = commandOptions(ctx, 'intake');
    const opening = {
      ...request,
      ticketId: options.commandId === undefined ? randomUUID() : uuid5(options.commandId, 'ticket'),
      ...(requester ? onBehalf(requester) : requesterFromToken(ctx)),
      channel: request.channel ?? (staff ? 'api' : 'portal'),
      // Staff sit at devices of their own.
      device: request.device ?? (requester ? 'unknown' : deviceOf(ctx.userAgent, touch)),
      locale: request.locale ?? preferredLocale(requester ? undefined : acceptLanguage),
      at: now(),
    };
    const result = await this.commands.execute(new OpenTicket(opening, options));
    const { ticketId, number, possibleDuplicates = [] } = factOf(result, 'TicketOpened');
    return commandAnswer('intake', result, { ticketId, version: result.version, number, possibleDuplicates }, 201);
  }

  @Post(':ticketId/replies')
  @ApiOperation({
    summary: 'Reply as the requester',
    description:
      'Reopens a closed ticket. A reply to a merged ticket goes to the ticket that carries it on. Staff note what a requester told them.',
  })
  @CommandResponse(201, RepliedAnswer, { ...unknown, 409: '`ticket-is-spam`: the ticket is marked as spam.' })
  async reply(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { body }: ReplyBody) {
    const options = commandOptions(ctx, 'intake');
    const replyId = options.commandId === undefined ? randomUUID() : uuid5(options.commandId, 'reply');
    const reply = { ticketId, caller: callerOf(ctx), replyId, body, at: now() };
    const result = await this.commands.execute(new SendReply(reply, options));
    const { body: _, at: __, ...answer } = factOf(result, 'RequesterReplied');
    const shown = await this.shownTo(ctx, ticketId, { ...answer, version: result.version });
    return commandAnswer('intake', result, shown, 201);
  }

  @Post(':ticketId/close')
  @HttpCode(200)
  @ApiOperation({ summary: 'Close a ticket whose requester needs no answer any more' })
  @CommandResponse(200, TicketAnswer, { ...unknown, 409: '`ticket-is-spam`, `ticket-merged` (with intoTicketId).' })
  close(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { reason }: ReasonBody) {
    return this.wish(ctx, 'CloseTicket', ticketId, reason);
  }

  @Post(':ticketId/reopen')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Reopen a ticket that its requester is not done with',
    description:
      'What the requester closed, or what was resolved or closed for them as far as the ticket’s view knows (Guichet-After makes it know). An open ticket is left as it is.',
  })
  @CommandResponse(200, TicketAnswer, { ...unknown, 409: '`ticket-is-spam`, `ticket-merged` (with intoTicketId).' })
  reopen(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { reason }: ReasonBody) {
    return this.wish(ctx, 'ReopenTicket', ticketId, reason);
  }

  @Post(':ticketId/spam')
  @HttpCode(200)
  @Roles(...staffRoles)
  @ApiOperation({
    summary: 'Mark as spam',
    description: 'It leaves every figure but the gross count. Tickets that were merged into it are unmerged.',
  })
  @CommandResponse(200, TicketAnswer, { ...unknown, 409: '`ticket-merged` (with intoTicketId).' })
  async markSpam(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { reason }: ReasonBody) {
    const data = { ticketId, ...(reason !== undefined && { reason }), at: now() };
    const result = await this.commands.execute(new MarkSpam(data, commandOptions(ctx, 'intake')));
    return commandAnswer('intake', result, { ticketId, version: result.version });
  }

  @Delete(':ticketId/spam')
  @Roles(...staffRoles)
  @ApiOperation({ summary: 'Take the spam mark off' })
  @CommandResponse(200, TicketAnswer, { ...unknown, 409: '`ticket-merged` (with intoTicketId).' })
  unmarkSpam(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string) {
    return this.handle(ctx, ticketId, { type: 'UnmarkTicketSpam', data: { ticketId, at: now() } });
  }

  @Post(':ticketId/merge')
  @HttpCode(200)
  @Roles(...staffRoles)
  @ApiOperation({
    summary: 'Merge into another ticket',
    description: 'The other ticket carries the matter on; what its requester still sends to this one goes there.',
  })
  @CommandResponse(200, TicketAnswer, {
    ...unknown,
    409: '`different-requesters`: acrossRequesters was not set; `merge-into-itself`, `merge-cycle` (with the chain), `merge-target-is-spam`, `ticket-is-spam`, `ticket-merged` (with intoTicketId).',
    422: '`unknown-merge-target`: there is no ticket to merge into.',
  })
  async merge(
    @Ctx() ctx: RequestContext,
    @UuidParam('ticketId') ticketId: string,
    @Body() { intoTicketId, acrossRequesters = false }: MergeBody,
  ) {
    const merge = { ticketId, intoTicketId, acrossRequesters, at: now() };
    const result = await this.commands.execute(new MergeTicket(merge, commandOptions(ctx, 'intake')));
    return commandAnswer('intake', result, { ticketId, version: result.version });
  }

  @Post(':ticketId/unmerge')
  @HttpCode(200)
  @Roles(...staffRoles)
  @ApiOperation({
    summary: 'Undo a merge',
    description:
      'The ticket is as it was before, with all that was written on it. Replies sent to it meanwhile stay in both conversations.',
  })
  @CommandResponse(200, TicketAnswer, unknown)
  unmerge(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string) {
    return this.handle(ctx, ticketId, { type: 'UnmergeTicket', data: { ticketId, at: now() } });
  }

  @Post(':ticketId/split')
  @Roles(...staffRoles)
  @ApiOperation({
    summary: 'Move replies to a new ticket',
    description:
      'As if they had been a ticket of their own: it is opened when the first of them was written, by their requester.',
  })
  @CommandResponse(201, SplitAnswer, {
    ...unknown,
    409: '`different-requesters`: the replies are not all of one; `reply-moved`: by another split; `ticket-is-spam`, `ticket-merged` (with intoTicketId).',
    422: '`unknown-reply`: the ticket has no such reply of its requester.',
  })
  async split(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() body: SplitBody) {
    const wished = { ticketId, ...body, at: now() };
    const { split, opening } = await this.commands.execute(new SplitTicket(wished, commandOptions(ctx, 'intake')));
    const { version } = split;
    const answer = { ticketId, version, newTicketId: opening.ticketId, newNumber: opening.number };
    return commandAnswer('intake', split, answer, 201);
  }

  /**
   * A reply may go to a ticket of somebody else, whose requester writes elsewhere: theirs is no business of the writer.
   */
  private async shownTo<Answer extends { ticketId: string; version: number; redirectedFrom?: string }>(
    ctx: RequestContext,
    ticketId: string,
    answer: Answer,
  ): Promise<Answer> {
    const caller = callerOf(ctx);
    if (caller.role === 'staff' || answer.redirectedFrom === undefined) return answer;
    const target = await this.views.find(ctx.tenantId, answer.ticketId);
    if (target?.requester_id === caller.id) return answer;
    const { redirectedFrom: _, ...shown } = answer;
    const own = await this.views.find(ctx.tenantId, ticketId);
    return { ...shown, ticketId, version: own?.version ?? answer.version } as Answer;
  }

  private async wish(ctx: RequestContext, type: EndOrReopen['type'], ticketId: string, reason: string | undefined) {
    await this.freshness.of(ctx, 'ticket-view');
    const wish = { ticketId, caller: callerOf(ctx), ...(reason !== undefined && { reason }), at: now() };
    const result = await this.commands.execute(new EndOrReopen(type, wish, commandOptions(ctx, 'intake')));
    return commandAnswer('intake', result, { ticketId, version: result.version });
  }

  private async handle(ctx: RequestContext, ticketId: string, command: TicketCommand) {
    const result = await this.commands.execute(new HandleTicket(ticketId, command, commandOptions(ctx, 'intake')));
    return commandAnswer('intake', result, { ticketId, version: result.version });
  }
}

function onBehalf({ id, name, email }: NonNullable<OpenTicketBody['requester']>) {
  return {
    requesterId: id,
    ...(name !== undefined && { requesterName: name }),
    ...(email !== undefined && { requesterEmail: email }),
  };
}

/** The event a command that always leads to one has led to, this time or when the request came first. */
function factOf<Type extends TicketEvent['type']>(result: CommandResult, type: Type): Fact<Type> {
  const event = result.events.find((candidate) => candidate.type === type);
  if (event === undefined) throw new Error(`The command answered without ${type}.`);
  return event.data as Fact<Type>;
}
