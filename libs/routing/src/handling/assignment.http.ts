import {
  BooleanField,
  type CommandAnswer,
  Ctx,
  IntField,
  Keyword,
  Line,
  RequestContext,
  Roles,
  Text,
  UuidParam,
} from '@guichet/http-host';
import { CommandResponse, NoBody } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Work, WorkAnswer, workProblems } from './work.http.js';

class AssignBody {
  @Keyword({ description: 'The agent who gets the ticket, whoever has it now.' }) agentId: string;
}
class ReleaseBody {
  @Text({ max: 1000, optional: true }) reason?: string;
}
class TransferBody {
  @Keyword() toDepartmentId: string;
  @Line({ max: 300, description: 'Why; shown in the timeline.' }) reason: string;
  @Text({ max: 100_000, optional: true, description: 'What the next department should know.' }) note?: string;
  @IntField({ min: 1, max: 9, optional: true, description: 'Support level the ticket goes to.' }) level?: number;
  @BooleanField({ optional: true, description: 'Keep the agent; by default the ticket goes back to waiting.' })
  keepAssignee?: boolean;
}

/** Who has the ticket: agents and departments. */
@ApiTags('tickets')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/tickets/:ticketId')
export class AssignmentHttp {
  constructor(private readonly work: Work) {}

  @Post('claim')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a waiting ticket', description: 'Of two agents one wins; the other is told who.' })
  @CommandResponse(200, WorkAnswer, {
    ...workProblems,
    409: '`already-claimed`: `details.agentId` and `details.name` say who has it.',
  })
  claim(
    @UuidParam('ticketId') ticketId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'ClaimTicket', data: { ...about, agentId: ctx.subject } }));
  }

  @Post('assign')
  @HttpCode(200)
  @ApiOperation({ summary: 'Give the ticket to an agent' })
  @CommandResponse(200, WorkAnswer, { ...workProblems, 422: '`unknown-agent`' })
  assign(
    @UuidParam('ticketId') ticketId: string,
    @Body() { agentId }: AssignBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'AssignTicket', data: { ...about, agentId } }));
  }

  @Post('release')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Put the ticket back into its queue',
    description: 'Agents release their own tickets, supervisors and admins anybody’s.',
  })
  @CommandResponse(200, WorkAnswer, { ...workProblems, 409: '`assigned-to-another`.' })
  release(
    @UuidParam('ticketId') ticketId: string,
    @Body() { reason }: ReleaseBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const anyAssignee = ctx.is('supervisor', 'admin');
    const data = { agentId: ctx.subject, anyAssignee, reason };
    return this.work.on(ticketId, ctx, (about) => ({ type: 'ReleaseTicket', data: { ...about, ...data } }));
  }

  @Post('transfers')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Hand the ticket to another department',
    description: 'Everything goes along: conversation, notes, tags, priority. The timeline shows reason and note.',
  })
  @CommandResponse(200, WorkAnswer, { ...workProblems, 422: '`unknown-department`' })
  transfer(
    @UuidParam('ticketId') ticketId: string,
    @Body() { keepAssignee = false, ...transfer }: TransferBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({
      type: 'TransferTicket',
      data: { ...about, ...transfer, keepAssignee },
    }));
  }
}
