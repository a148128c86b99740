import { priorities } from '@guichet/contracts';
import {
  type CommandAnswer,
  Ctx,
  EnumField,
  IntField,
  Keyword,
  Line,
  RequestContext,
  Roles,
  Text,
  UuidParam,
} from '@guichet/http-host';
import { CommandResponse, newIdOf } from '@guichet/service';
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Work, WorkAnswer, workProblems } from './work.http.js';

class MessageBody {
  @Text({ max: 100_000 }) body: string;
}
class ActivityBody {
  @Line({ max: 300, example: 'called the bank' }) activity: string;
  @IntField({ optional: true, max: 864_000, description: 'Time spent, in seconds.' }) seconds?: number;
}
class PriorityBody {
  @EnumField(priorities) priority: string;
}
class TagsBody {
  @Keyword({ max: 100, list: { max: 50 }, description: 'All tags the ticket has from now on.' }) tags: string[];
}
class ReplyAnswer extends WorkAnswer {
  @ApiProperty({ format: 'uuid' }) replyId: string;
}
class NoteAnswer extends WorkAnswer {
  @ApiProperty({ format: 'uuid' }) noteId: string;
}

/** What agents say and note on the ticket, and how they mark it. */
@ApiTags('tickets')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/tickets/:ticketId')
export class ConversationHttp {
  constructor(private readonly work: Work) {}

  @Post('replies')
  @ApiOperation({ summary: 'Answer the requester' })
  @CommandResponse(201, ReplyAnswer, workProblems)
  reply(
    @UuidParam('ticketId') ticketId: string,
    @Body() { body }: MessageBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const replyId = newIdOf(ctx, 'routing');
    const data = { replyId, agentId: ctx.subject, body };
    return this.work.on(ticketId, ctx, (about) => ({ type: 'ReplyToRequester', data: { ...about, ...data } }), {
      replyId,
    });
  }

  @Post('notes')
  @ApiOperation({ summary: 'Note something for colleagues', description: 'Never leaves the service.' })
  @CommandResponse(201, NoteAnswer, workProblems)
  note(
    @UuidParam('ticketId') ticketId: string,
    @Body() { body }: MessageBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const noteId = newIdOf(ctx, 'routing');
    const data = { noteId, agentId: ctx.subject, body };
    return this.work.on(ticketId, ctx, (about) => ({ type: 'AddInternalNote', data: { ...about, ...data } }), {
      noteId,
    });
  }

  @Post('activities')
  @HttpCode(200)
  @ApiOperation({ summary: 'Log something done that changes no state' })
  @CommandResponse(200, WorkAnswer, workProblems)
  activity(
    @UuidParam('ticketId') ticketId: string,
    @Body() body: ActivityBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'LogActivity', data: { ...about, ...body } }));
  }

  @Post('priority')
  @HttpCode(200)
  @ApiOperation({ summary: 'Make the ticket more or less urgent' })
  @CommandResponse(200, WorkAnswer, workProblems)
  prioritize(
    @UuidParam('ticketId') ticketId: string,
    @Body() { priority }: PriorityBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'ChangePriority', data: { ...about, priority } }));
  }

  @Post('tags')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say what the tags are from now on' })
  @CommandResponse(200, WorkAnswer, { ...workProblems, 409: '`ticket-closed`.' })
  tag(
    @UuidParam('ticketId') ticketId: string,
    @Body() { tags }: TagsBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.work.on(ticketId, ctx, (about) => ({ type: 'TagTicket', data: { ...about, tags } }));
  }
}
