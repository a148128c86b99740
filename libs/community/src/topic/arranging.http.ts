import { type CommandAnswer, commandAnswer, Ctx, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { ChangedAnswer, CommandResponse, NoBody, now } from '@guichet/service';
import { Body, Controller, Delete, HttpCode, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { callerOf, optionsFor } from './actors.store.js';
import { ArrangeTopic, type Arrangement } from './arranging.handler.js';
import { LanguageBody, MergeTopicBody, MoveTopicBody, TitleBody } from './topic-bodies.http.js';
import { notAMemberWords, unknownTopicWords } from './words.http.js';

const refusals = (codes = '') => ({
  403: '`not-allowed`: it is for moderators, and for members of a trust level.',
  404: unknownTopicWords,
  409: `${codes}${notAMemberWords}`,
});

@ApiTags('topics')
@Controller('community/v1/topics/:topicId')
@Roles(...writers)
export class ArrangingHttp {
  constructor(private readonly commands: CommandBus) {}

  @Put('title')
  @ApiOperation({ summary: 'Call a topic something else', description: 'Who began it may, and members of level 3.' })
  @CommandResponse(200, ChangedAnswer, refusals())
  retitle(
    @UuidParam('topicId') topicId: string,
    @Body() { title }: TitleBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'RetitleTopic', data: { topicId, title, at: now() } });
  }

  @Post('language')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say which language a topic is in',
    description: 'Who began it may, and members of level 3.',
  })
  @CommandResponse(200, ChangedAnswer, refusals())
  language(
    @UuidParam('topicId') topicId: string,
    @Body() { locale }: LanguageBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'CorrectLanguage', data: { topicId, locale, at: now() } });
  }

  @Post('move')
  @HttpCode(200)
  @ApiOperation({ summary: 'Put a topic into another category', description: 'Members of level 3 may.' })
  @CommandResponse(200, ChangedAnswer, {
    ...refusals('`other-audience`: other people may read what is there. '),
    422: '`unknown-category`, `category-closed`.',
  })
  move(
    @UuidParam('topicId') topicId: string,
    @Body() { categoryId }: MoveTopicBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'MoveTopic', data: { topicId, categoryId, at: now() } });
  }

  @Post('lock')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take no more posts in a topic', description: 'Members of level 4 may.' })
  @CommandResponse(200, ChangedAnswer, refusals())
  lock(
    @UuidParam('topicId') topicId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'LockTopic', data: { topicId, at: now() } });
  }

  @Delete('lock')
  @ApiOperation({ summary: 'Take posts in a topic again', description: 'Members of level 4 may.' })
  @CommandResponse(200, ChangedAnswer, refusals())
  unlock(@UuidParam('topicId') topicId: string, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'UnlockTopic', data: { topicId, at: now() } });
  }

  @Post('pin')
  @HttpCode(200)
  @ApiOperation({ summary: 'Show a topic before the others of its category', description: 'Members of level 4 may.' })
  @CommandResponse(200, ChangedAnswer, refusals())
  pin(
    @UuidParam('topicId') topicId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'PinTopic', data: { topicId, at: now() } });
  }

  @Delete('pin')
  @ApiOperation({ summary: 'Show a topic among the others again', description: 'Members of level 4 may.' })
  @CommandResponse(200, ChangedAnswer, refusals())
  unpin(@UuidParam('topicId') topicId: string, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'UnpinTopic', data: { topicId, at: now() } });
  }

  @Post('merge')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Show a topic’s posts in another one that asks the same',
    description: 'No post moves: undoing it brings back what was. Members of level 4 may.',
  })
  @CommandResponse(200, ChangedAnswer, {
    ...refusals(
      '`merge-cycle`, `merge-into-itself`, `merge-too-deep`, `already-merged`. `other-audience`: other people may read ' +
        'what is there. ',
    ),
    422: '`unknown-topic`: the other one.',
  })
  merge(
    @UuidParam('topicId') topicId: string,
    @Body() { intoTopicId }: MergeTopicBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'MergeTopic', data: { topicId, intoTopicId, at: now() } });
  }

  @Post('unmerge')
  @HttpCode(200)
  @ApiOperation({ summary: 'Undo that a topic was merged', description: 'Members of level 4 may.' })
  @CommandResponse(200, ChangedAnswer, refusals())
  unmerge(
    @UuidParam('topicId') topicId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.arrange(ctx, { type: 'UnmergeTopic', data: { topicId, at: now() } });
  }

  private async arrange(ctx: RequestContext, arrangement: Arrangement): Promise<CommandAnswer> {
    return commandAnswer(
      'community',
      await this.commands.execute(new ArrangeTopic(arrangement, callerOf(ctx), optionsFor(ctx))),
    );
  }
}
