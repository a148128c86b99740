import { type CommandAnswer, Ctx, EnumField, RequestContext, Roles, Text, UuidParam } from '@guichet/http-host';
import { CommandResponse, NoBody } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Work, WorkAnswer, workProblems } from './work.http.js';

class PauseBody {
  @EnumField(['requester', 'third-party', 'internal'], {
    description: 'Whom we wait for. A reply of the requester ends a pause for them.',
  })
  reason: string;
}
class ReopenBody {
  @Text({ max: 1000, optional: true }) reason?: string;
}
const notResolved = { ...workProblems, 409: '`ticket-not-resolved`.' };
const otherWrapUp = {
  ...workProblems,
  409: '`ticket-not-resolved`, `wrap-up-not-started`, `wrap-up-in-progress` (`details` say whose).',
};

/** Waiting, resolving, wrapping up, closing, reopening. */
@ApiTags('tickets')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/tickets/:ticketId')
export class ResolutionHttp {
  constructor(private readonly work: Work) {}

  @Post('pause')
  @HttpCode(200)
  @ApiOperation({ summary: 'Wait for somebody' })
  @CommandResponse(200, WorkAnswer, workProblems)
  pause(
    @UuidParam('ticketId') ticketId: string,
    @Body() { reason }: PauseBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'PauseTicket', data: { ...about, reason } }));
  }

  @Post('resume')
  @HttpCode(200)
  @ApiOperation({ summary: 'Stop waiting' })
  @CommandResponse(200, WorkAnswer, workProblems)
  resume(
    @UuidParam('ticketId') ticketId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (data) => ({ type: 'ResumeTicket', data }));
  }

  @Post('resolve')
  @HttpCode(200)
  @ApiOperation({ summary: 'Consider the request fulfilled' })
  @CommandResponse(200, WorkAnswer, workProblems)
  resolve(
    @UuidParam('ticketId') ticketId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({
      type: 'ResolveTicket',
      data: { ...about, agentId: ctx.subject },
    }));
  }

  @Post('wrap-up/start')
  @HttpCode(200)
  @ApiOperation({ summary: 'Begin to write up what was done' })
  @CommandResponse(200, WorkAnswer, otherWrapUp)
  startWrapUp(
    @UuidParam('ticketId') ticketId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'StartWrapUp', data: { ...about, agentId: ctx.subject } }));
  }

  @Post('wrap-up/complete')
  @HttpCode(200)
  @ApiOperation({ summary: 'Be done with the writing up' })
  @CommandResponse(200, WorkAnswer, otherWrapUp)
  completeWrapUp(
    @UuidParam('ticketId') ticketId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    const { subject: agentId } = ctx;
    return this.work.on(ticketId, ctx, (about) => ({ type: 'CompleteWrapUp', data: { ...about, agentId } }));
  }

  @Post('reopen')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take up a resolved or closed ticket again', description: 'Its agent and department stay.' })
  @CommandResponse(200, WorkAnswer, workProblems)
  reopen(
    @UuidParam('ticketId') ticketId: string,
    @Body() { reason }: ReopenBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'ReopenTicket', data: { ...about, reason } }));
  }

  @Post('close')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Finish a resolved ticket',
    description: 'Ends a wrap-up. What the requester writes afterwards reopens it.',
  })
  @CommandResponse(200, WorkAnswer, notResolved)
  close(
    @UuidParam('ticketId') ticketId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (data) => ({ type: 'CloseTicket', data }));
  }
}
