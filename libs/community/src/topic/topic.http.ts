import type { RecordedEvent } from '@guichet/event-sourcing';
import { type CommandAnswer, commandAnswer, Ctx, Problem, RequestContext, Roles, UuidParam } from '@guichet/http-host';
import { CommandResponse, Freshness, newIdOf, now } from '@guichet/service';
import { Body, Controller, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { callerOf, optionsFor } from './actors.store.js';
import { maxPosts } from './decide.js';
import { AddPostBody, PostAddedAnswer, sentWith, StartTopicBody, TopicStartedAnswer } from './topic-bodies.http.js';
import type { DataOf } from './topic-events.js';
import { TooSoon } from './too-soon.js';
import { AddPost, StartTopic } from './topic.handler.js';
import { notAMemberWords, unknownTopicWords } from './words.http.js';

const limitWords =
  '`too-many-links`, `too-many-images`, `too-many-mentions`: in one post. `daily-limit`: come back tomorrow.';
const tooSoon = { 429: '`too-soon`, with `Retry-After`.' };

@ApiTags('topics')
@Controller('community/v1/topics')
@Roles(...writers)
export class TopicHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly freshness: Freshness,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Begin a topic',
    description: 'It gets its number. The answer says whether readers see it, or a moderator looks first.',
  })
  @CommandResponse(201, TopicStartedAnswer, {
    409: `${notAMemberWords} ${limitWords}`,
    422: '`unknown-category`: there is none, or it is not for the caller. `category-closed`.',
    ...tooSoon,
  })
  async start(@Body() body: StartTopicBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { categoryId, kind = 'question', locale, title, body: text } = body;
    await this.freshness.of(ctx);
    const topicId = newIdOf(ctx, 'community');
    const starting = { topicId, categoryId, kind, locale, title, body: text, at: now() };
    const result = await this.commands
      .execute(new StartTopic(starting, sentWith(body), callerOf(ctx), optionsFor(ctx)))
      .catch(asTooSoon);
    const [started] = result.events as readonly RecordedEvent<DataOf<'TopicStarted'>>[];
    const { number, postId, held } = started!.data;
    const answer = { topicId, postId, number, state: held ? 'held' : 'visible', version: result.version };
    return commandAnswer('community', result, answer, 201);
  }

  @Post(':topicId/posts')
  @ApiOperation({ summary: 'Write in a topic', description: `A topic has ${maxPosts} posts at most.` })
  @CommandResponse(201, PostAddedAnswer, {
    404: unknownTopicWords,
    409: `\`topic-locked\`, with \`mergedInto\` where it was merged. \`topic-full\`. ${notAMemberWords} ${limitWords}`,
    422: '`unknown-post`: the one that it answers.',
    ...tooSoon,
  })
  async add(
    @UuidParam('topicId') topicId: string,
    @Body() sent: AddPostBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    await this.freshness.of(ctx);
    const { body, replyTo } = sent;
    const postId = newIdOf(ctx, 'community');
    const adding = { topicId, postId, body, ...(replyTo !== undefined && { replyTo }), at: now() };
    const result = await this.commands
      .execute(new AddPost(adding, sentWith(sent), callerOf(ctx), optionsFor(ctx)))
      .catch(asTooSoon);
    const [added] = result.events as readonly RecordedEvent<DataOf<'PostAdded'>>[];
    const answer = { postId, state: added!.data.held ? 'held' : 'visible', version: result.version };
    return commandAnswer('community', result, answer, 201);
  }
}

function asTooSoon(error: unknown): never {
  if (!(error instanceof TooSoon)) throw error;
  const { message: detail, seconds } = error;
  throw new Problem(429, 'too-soon', { detail, headers: { 'retry-after': String(seconds) }, cause: error });
}
