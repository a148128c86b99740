import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  EnumField,
  Keyword,
  Line,
  Problem,
  RequestContext,
  Roles,
  Text,
  UuidParam,
} from '@guichet/http-host';
import { ChangedAnswer, CommandResponse, NoBody, now } from '@guichet/service';
import { Body, Controller, Delete, HttpCode, Post, Put, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { callerOf, optionsFor } from './actors.store.js';
import { editWindowHours, StaleEdition } from './decide.js';
import { type PostWork, type WorkedOnPost, WorkOnPost } from './post.handler.js';
import { notAMemberWords, unknownPostWords } from './words.http.js';

class EditPostBody {
  @Text({ max: 100_000, description: 'Markdown.' }) body: string;
  @Line({ max: 300, optional: true, description: 'Shown with the edition.' }) reason?: string;
}
class DoubtBody {
  @Keyword({ max: 100, optional: true, description: 'Of the product with which it does not work.', example: '4.2' })
  version?: string;
}
const reasons = ['withdrawn', 'no-longer-works'] as const;
class UnacceptQuery {
  @EnumField(reasons, { optional: true, description: 'Why it is not the answer any more; `withdrawn` if not given.' })
  why?: (typeof reasons)[number];
}
class EditedAnswer {
  @ApiProperty({ type: 'integer', minimum: 1, description: 'Also the ETag.' }) edition: number;
}

const notAllowed = { 403: '`not-allowed`' };

@ApiTags('posts')
@Controller('community/v1/posts/:postId')
@Roles(...writers)
export class PostHttp {
  constructor(private readonly commands: CommandBus) {}

  @Put()
  @ApiOperation({
    summary: 'Change what a post says',
    description:
      'Who wrote it may, and moderators. Its earlier editions stay. `If-Match` names the edition that was read.',
  })
  @CommandResponse(200, EditedAnswer, {
    ...notAllowed,
    404: unknownPostWords,
    409:
      '`post-hidden`. `topic-locked`. `too-many-editions`. `edit-window-over`: newcomers change what they wrote within ' +
      `${editWindowHours} hours. \`too-many-links\`, \`too-many-images\`, \`too-many-mentions\`. ${notAMemberWords}`,
    412: '`stale-version`: it is at another edition.',
  })
  async edit(
    @UuidParam('postId') postId: string,
    @Body() { body, reason }: EditPostBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const { ifMatch: edition } = ctx;
    const data = {
      postId,
      body,
      at: now(),
      ...(reason !== undefined && { reason }),
      ...(edition !== undefined && { edition }),
    };
    const { position, edition: current } = await this.work(ctx, { type: 'EditPost', data }).catch(asStale);
    return commandAnswer('community', { version: current, position }, { edition: current });
  }

  @Delete()
  @ApiOperation({ summary: 'Take back a post', description: 'Who wrote it may. Its editions are shown no more.' })
  @CommandResponse(200, ChangedAnswer, {
    ...{ ...notAllowed, 404: unknownPostWords },
    409: `\`has-answers\`: the first post of a topic that others have written in stays. ${notAMemberWords}`,
  })
  async remove(@UuidParam('postId') postId: string, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return commandAnswer('community', await this.work(ctx, { type: 'RemovePost', data: { postId, at: now() } }));
  }

  @Post('acceptance')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say that a post answers the question',
    description:
      'Who asked may, moderators, and members of level 4. It takes the place of the answer before, unless there may be several.',
  })
  @CommandResponse(200, ChangedAnswer, {
    ...{ ...notAllowed, 404: unknownPostWords },
    409: `\`not-an-answer\`, \`answer-not-visible\`, \`too-many-accepted\`. ${notAMemberWords}`,
  })
  async accept(
    @UuidParam('postId') postId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return commandAnswer('community', await this.work(ctx, { type: 'AcceptAnswer', data: { postId, at: now() } }));
  }

  @Delete('acceptance')
  @ApiOperation({ summary: 'Take back that a post answers the question' })
  @CommandResponse(200, ChangedAnswer, { ...notAllowed, 404: unknownPostWords, 409: notAMemberWords })
  async unaccept(
    @UuidParam('postId') postId: string,
    @Query() { why = 'withdrawn' }: UnacceptQuery,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { postId, why, at: now() };
    return commandAnswer('community', await this.work(ctx, { type: 'UnacceptAnswer', data }));
  }

  @Post('doubts')
  @HttpCode(200)
  @ApiOperation({ summary: 'Say that an accepted answer does not work', description: 'Each member once.' })
  @CommandResponse(200, ChangedAnswer, {
    ...{ ...notAllowed, 404: unknownPostWords },
    409: `\`own-post\`. \`not-an-answer\`: it is not accepted. ${notAMemberWords}`,
  })
  async doubt(
    @UuidParam('postId') postId: string,
    @Body() { version }: DoubtBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { postId, at: now(), ...(version !== undefined && { version }) };
    return commandAnswer('community', await this.work(ctx, { type: 'DoubtAnswer', data }));
  }

  private work(ctx: RequestContext, work: PostWork): Promise<WorkedOnPost> {
    return this.commands.execute(new WorkOnPost(work, callerOf(ctx), optionsFor(ctx)));
  }
}

/** A stale edition is answered as any other stale version is. */
function asStale(error: unknown): never {
  if (!(error instanceof StaleEdition)) throw error;
  const { message: detail, actual } = error;
  throw new Problem(412, 'stale-version', {
    ...{ detail, extensions: { actualVersion: actual }, headers: { etag: `"${actual}"` }, cause: error },
  });
}
