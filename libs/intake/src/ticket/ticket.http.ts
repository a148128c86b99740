import { randomUUID } from 'node:crypto';
import { type CommandOptions, type CommandResult, uuid5 } from '@guichet/event-sourcing';
import { Freshness } from '@guichet/service';
import { Body, Controller, Delete, Headers, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { commandAnswer, Ctx, forbidden, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { Refuses, RefusesCommand } from '../problems.http.js';
import { TicketViews } from '../ticket-view/ticket-view.query.js';
import { callerOf, requesterFromToken, staffRoles, ticketRoles } from './caller.http.js';
import { deviceOf } from './device.js';
import { preferredLocale } from './locale.js';
import type { TicketCommand, TicketEvent } from './ticket.js';
import {
  MergeBody,
  OpenedAnswer,
  OpenTicketBody,
  ReasonBody,
  RepliedAnswer,
  ReplyBody,
  TicketAnswer,
} from './ticket-bodies.http.js';
import { HandleTicket, MergeTicket, OpenTicket, SendReply } from './ticket.handler.js';

type Fact<Type extends TicketEvent['type']> = Extract<TicketEvent, { type: Type }>['data'];

@ApiTags('tickets')
@Controller('intake/v1/tickets')
@Roles(...ticketRoles)
export class TicketHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: TicketViews,
    private readonly freshness: Freshness,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Open a ticket',
    description:
      'For oneself, or by staff on behalf of a requester. A possible duplicate is a warning, never a refusal.',
  })
  @ApiHeader({ name: 'accept-language', required: false, description: 'Gives the locale where the body names none.' })
  @ApiCreatedResponse({ type: OpenedAnswer, description: 'Opened; ETag and Guichet-Position are in the headers.' })
  @Refuses({
    403: 'not-on-behalf: a requester named another requester; or the token’s roles do not allow it.',
    409: 'idempotency-key-reused: the Idempotency-Key came with another request before.',
    422: 'requester-id-too-long: the token’s sub does not fit.',
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
    const options = optionsOf(ctx);
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
  @ApiCreatedResponse({ type: RepliedAnswer, description: 'Written; `ticketId` says where.' })
  @RefusesCommand('ticket-is-spam: the ticket is marked as spam.')
  async reply(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { body }: ReplyBody) {
    const options = optionsOf(ctx);
    const replyId = options.commandId === undefined ? randomUUID() : uuid5(options.commandId, 'reply');
    const reply = { ticketId, caller: callerOf(ctx), replyId, body, at: now() };
    const result = await this.commands.execute(new SendReply(reply, options));
    const { body: _, at: __, ...answer } = factOf(result, 'RequesterReplied');
    return commandAnswer('intake', result, { ...answer, version: result.version }, 201);
  }

  @Post(':ticketId/close')
  @HttpCode(200)
  @ApiOperation({ summary: 'Close a ticket whose requester needs no answer any more' })
  @ApiOkResponse({ type: TicketAnswer, description: 'It is so now, or was so already.' })
  @RefusesCommand('ticket-is-spam, ticket-merged (with intoTicketId).')
  close(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { reason }: ReasonBody) {
    const data = { ticketId, caller: callerOf(ctx), ...(reason !== undefined && { reason }), at: now() };
    return this.handle(ctx, ticketId, { type: 'CloseTicket', data });
  }

  @Post(':ticketId/reopen')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Reopen a ticket that its requester is not done with',
    description:
      'What the requester closed, or what was resolved or closed for them as far as the ticket’s view knows (Guichet-After makes it know). An open ticket is left as it is.',
  })
  @ApiOkResponse({ type: TicketAnswer, description: 'It is so now, or was so already.' })
  @RefusesCommand('ticket-is-spam, ticket-merged (with intoTicketId).')
  async reopen(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { reason }: ReasonBody) {
    await this.freshness.of(ctx, 'ticket-view');
    const view = await this.views.find(ctx.tenantId, ticketId);
    const over = view?.status === 'resolved' || view?.status === 'closed';
    const resolutionId = over ? (view.resolution_id ?? undefined) : undefined;
    const data = {
      ticketId,
      caller: callerOf(ctx),
      ...(reason !== undefined && { reason }),
      ...(resolutionId !== undefined && { resolutionId }),
      at: now(),
    };
    return this.handle(ctx, ticketId, { type: 'ReopenTicket', data });
  }

  @Post(':ticketId/spam')
  @HttpCode(200)
  @Roles(...staffRoles)
  @ApiOperation({ summary: 'Mark as spam', description: 'It leaves every figure but the gross count.' })
  @ApiOkResponse({ type: TicketAnswer, description: 'It is so now, or was so already.' })
  @RefusesCommand('ticket-merged (with intoTicketId).')
  markSpam(@Ctx() ctx: RequestContext, @UuidParam('ticketId') ticketId: string, @Body() { reason }: ReasonBody) {
    const data = { ticketId, ...(reason !== undefined && { reason }), at: now() };
    return this.handle(ctx, ticketId, { type: 'MarkTicketSpam', data });
  }

  @Delete(':ticketId/spam')
  @Roles(...staffRoles)
  @ApiOperation({ summary: 'Take the spam mark off' })
  @ApiOkResponse({ type: TicketAnswer, description: 'It is so now, or was so already.' })
  @RefusesCommand('ticket-merged (with intoTicketId).')
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
  @ApiOkResponse({ type: TicketAnswer, description: 'It is so now, or was so already.' })
  @RefusesCommand(
    'merge-into-itself, merge-cycle (with the chain), merge-target-is-spam, ticket-is-spam, ticket-merged (with intoTicketId).',
    { 422: 'unknown-merge-target: there is no ticket to merge into.' },
  )
  async merge(
    @Ctx() ctx: RequestContext,
    @UuidParam('ticketId') ticketId: string,
    @Body() { intoTicketId }: MergeBody,
  ) {
    const merge = { ticketId, intoTicketId, at: now() };
    const result = await this.commands.execute(new MergeTicket(merge, optionsOf(ctx)));
    return commandAnswer('intake', result, { ticketId, version: result.version });
  }

  private async handle(ctx: RequestContext, ticketId: string, command: TicketCommand) {
    const result = await this.commands.execute(new HandleTicket(ticketId, command, optionsOf(ctx)));
    return commandAnswer('intake', result, { ticketId, version: result.version });
  }
}

const now = (): string => new Date().toISOString();

/** One key names one request to intake, whatever the request asks for. */
function optionsOf(ctx: RequestContext): CommandOptions {
  const { ifMatch, requestHash } = ctx;
  const commandId = ctx.commandId('intake');
  return {
    context: ctx.eventContext(),
    ...(ifMatch !== undefined && { expectedVersion: ifMatch }),
    ...(commandId !== undefined && { commandId, requestHash }),
  };
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
