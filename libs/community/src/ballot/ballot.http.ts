import { type CommandAnswer, commandAnswer, Ctx, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { CommandResponse, NoBody, now } from '@guichet/service';
import { Controller, Delete, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { callerOf, optionsFor } from '../topic/actors.store.js';
import { notAMemberWords, unknownTopicWords } from '../topic/words.http.js';
import { WorkOnBallot } from './ballot.handler.js';

class BallotAnswer {
  @ApiProperty({ description: 'Whether a vote of the caller is on the idea.' }) voted: boolean;
  @ApiProperty({ type: 'integer', minimum: 0, description: 'Votes that the caller may still put on ideas.' })
  votesLeft: number;
  @ApiProperty({ type: [String], description: 'The ideas that the caller’s votes are on.' }) topicIds: string[];
}

@ApiTags('votes')
@Controller('community/v1/topics/:topicId/idea-vote')
@Roles(...writers)
export class BallotHttp {
  constructor(private readonly commands: CommandBus) {}

  @Put()
  @ApiOperation({
    summary: 'Put a vote on an idea',
    description:
      'A member has 2, 4, 6, 8 or 10 votes by their level. A vote comes back when its idea is locked, moved to another ' +
      'category or merged.',
  })
  @CommandResponse(200, BallotAnswer, {
    404: unknownTopicWords,
    409:
      '`no-votes-left`, with the ideas that they are on. `not-an-idea`. `own-post`: nobody votes on their own idea. ' +
      `\`topic-locked\`. ${notAMemberWords}`,
  })
  cast(
    @UuidParam('topicId') topicId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.vote(ctx, 'CastIdeaVote', topicId);
  }

  @Delete()
  @ApiOperation({ summary: 'Take a vote back from an idea' })
  @CommandResponse(200, BallotAnswer, { 404: unknownTopicWords, 409: notAMemberWords })
  takeBack(@UuidParam('topicId') topicId: string, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return this.vote(ctx, 'ReturnIdeaVote', topicId);
  }

  private async vote(ctx: RequestContext, type: WorkOnBallot['type'], topicId: string): Promise<CommandAnswer> {
    const work = new WorkOnBallot(type, { topicId, at: now() }, callerOf(ctx), optionsFor(ctx));
    const result = await this.commands.execute(work);
    const { votesLeft, topicIds } = result;
    return commandAnswer('community', result, { voted: topicIds.includes(topicId), votesLeft, topicIds });
  }
}
