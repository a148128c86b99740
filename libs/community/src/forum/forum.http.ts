import { EventStore } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  IntField,
  RequestContext,
  Roles,
  type Versioned,
  versioned,
} from '@guichet/http-host';
import {
  ChangedAnswer,
  commandOptions,
  CommandResponse,
  Freshness,
  now,
  QueryResponse,
  Transact,
} from '@guichet/service';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { staff } from '../callers.http.js';
import { forumDecider, mostAccepted } from './forum.js';

class RulesBody {
  @IntField({
    ...{ min: 1, max: mostAccepted, example: 1 },
    description: 'Accepted answers of a question. With one, a new answer takes the place of the one before.',
  })
  maxAccepted: number;
}

@ApiTags('rules')
@Controller('community/v1/rules')
@Roles('supervisor', 'admin')
export class ForumHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly freshness: Freshness,
  ) {}

  @Get()
  @Roles(...staff)
  @ApiOperation({ summary: 'What holds for all categories' })
  @QueryResponse(RulesBody, {}, { versioned: true })
  async read(@Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx);
    const { state, version } = await this.events.load(forumDecider, ctx.tenantId, ctx.tenantId);
    return versioned(version, state);
  }

  @Put()
  @ApiOperation({ summary: 'Set what holds for all categories', description: 'Answers that are accepted stay so.' })
  @CommandResponse(200, ChangedAnswer)
  async set(@Body() { maxAccepted }: RulesBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const command = { type: 'SetForumRules', data: { maxAccepted, at: now() } } as const;
    const options = commandOptions(ctx, 'community');
    return commandAnswer(
      'community',
      await this.commands.execute(new Transact(this.events, forumDecider, ctx.tenantId, command, options)),
    );
  }
}
