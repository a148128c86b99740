import { type CommandAnswer, commandAnswer, Ctx, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { CommandResponse, NoBody, now } from '@guichet/service';
import { Controller, Delete, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { callerOf, optionsFor } from '../topic/actors.store.js';
import { notAMemberWords, unknownPostWords } from '../topic/words.http.js';
import { WorkOnVote } from './vote.handler.js';

class VoteAnswer {
  @ApiProperty({ description: 'Whether the caller’s vote counts.' }) voted: boolean;
}

@ApiTags('votes')
@Controller('community/v1/posts/:postId/vote')
@Roles(...writers)
export class VoteHttp {
  constructor(private readonly commands: CommandBus) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say that a post is helpful',
    description: 'Each member once; a repetition changes nothing.',
  })
  @CommandResponse(200, VoteAnswer, {
    404: unknownPostWords,
    409:
      '`own-post`. `vote-limit`: of the day. `vote-voided`: a moderator has found that it does not count. ' +
      `\`too-many-changes\`. ${notAMemberWords}`,
  })
  cast(@UuidParam('postId') postId: string, @Ctx() ctx: RequestContext, @NoBody() _body: void): Promise<CommandAnswer> {
    return this.vote(ctx, 'CastVote', postId);
  }

  @Delete()
  @ApiOperation({ summary: 'Take back that a post is helpful' })
  @CommandResponse(200, VoteAnswer, { 404: unknownPostWords, 409: notAMemberWords })
  withdraw(@UuidParam('postId') postId: string, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return this.vote(ctx, 'WithdrawVote', postId);
  }

  private async vote(ctx: RequestContext, type: WorkOnVote['type'], postId: string): Promise<CommandAnswer> {
    const work = new WorkOnVote(type, { postId, at: now() }, callerOf(ctx), optionsFor(ctx));
    return commandAnswer('community', await this.commands.execute(work), { voted: type === 'CastVote' });
  }
}
