import type { RecordedEvent } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  commandAnswer,
  Ctx,
  Instant,
  IntField,
  Line,
  LocaleField,
  notFound,
  preferredLocale,
  RequestContext,
  Roles,
  UuidField,
  UuidParam,
} from '@guichet/http-host';
import { ChangedAnswer, CommandResponse, Freshness, NoBody, now, QueryResponse } from '@guichet/service';
import { Body, Controller, Delete, Get, Headers, HttpCode, Post, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { moderators, readers, writers } from '../callers.http.js';
import { callerOf, optionsFor } from '../topic/actors.store.js';
import { keptForDays } from './claim.js';
import { ChooseHandle, ModerateMember } from './member.handler.js';
import { handleDays, maxSilenceDays, type MemberEvent, unknownMember } from './member.js';
import { HandleAnswer, MemberAnswer, memberView, MeAnswer, meView } from './member-answers.http.js';
import { MemberCards } from './members.query.js';
import { Members } from './members.store.js';
import type { TrustLevel } from './trust.js';

class HandleBody {
  @Line({ max: 100, description: 'By which others know the caller.', example: 'anna.k' }) handle: string;
  @LocaleField({
    optional: true,
    description: 'Of who joins: the language in which they are written to. That of the request if not given.',
  })
  locale?: string;
}
class SilenceBody {
  @Instant({ description: `Until then they read, and write nothing: ${maxSilenceDays} days at most.` }) until: string;
  @Line({ max: 300, optional: true, description: 'The member reads it.' }) reason?: string;
  @UuidField({ optional: true, description: 'The review that led to it.' }) reviewId?: string;
}
class SuspensionBody {
  @Instant({ optional: true, nullable: true, description: 'null or not given: until they are released.' })
  until?: string | null;
  @Line({ max: 300, optional: true, description: 'The member reads it.' }) reason?: string;
  @UuidField({ optional: true, description: 'The review that led to it.' }) reviewId?: string;
}
class LevelBody {
  @IntField({ min: 0, max: 4, description: 'No figure changes it until it is unlocked.' }) level: TrustLevel;
}

const unknown = { 404: '`unknown-member`' };
const own = '`own-membership`: nobody decides on their own.';
const inUtc = (instant: string): string => new Date(instant).toISOString();

@ApiTags('members')
@Controller('community/v1')
@Roles(...moderators)
export class MemberHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly cards: MemberCards,
    private readonly members: Members,
    private readonly freshness: Freshness,
  ) {}

  @Get('members/:memberId')
  @Roles(...readers)
  @ApiOperation({ summary: 'A member', description: 'Moderators see what they are allowed, too.' })
  @QueryResponse(MemberAnswer, unknown)
  async find(@UuidParam('memberId') memberId: string, @Ctx() ctx: RequestContext): Promise<MemberAnswer> {
    await this.freshness.of(ctx, 'members');
    await this.freshness.of(ctx, 'topics');
    const row = await this.cards.find(ctx.tenantId, memberId);
    if (row === undefined) throw unknownMember();
    return memberView(row, { isModerator: ctx.is(...moderators) });
  }

  @Get('me')
  @Roles(...writers)
  @ApiOperation({ summary: 'The caller as a member', description: 'Their level, and what it allows.' })
  @QueryResponse(MeAnswer, { 404: '`not-a-member`: the caller has not joined.' })
  async me(@Ctx() ctx: RequestContext): Promise<MeAnswer> {
    const { tenantId, subject } = ctx;
    await this.freshness.of(ctx, 'members');
    await this.freshness.of(ctx, 'topics');
    const memberId = await this.members.idOf(tenantId, subject);
    const row = memberId === undefined ? undefined : await this.cards.find(tenantId, memberId);
    if (row === undefined) throw notFound('not-a-member', 'You have not joined yet: choose a handle first.');
    return meView(row);
  }

  @Post('me/handle')
  @HttpCode(200)
  @Roles(...writers)
  @ApiOperation({
    summary: 'Join with a handle, or change the one that the caller has',
    description:
      `A handle that somebody gave up is kept for them for ${keptForDays} days. Two handles that look the same are the ` +
      'same.',
  })
  @CommandResponse(200, HandleAnswer, {
    409:
      '`handle-taken`: by another member, or one that looks the same. ' +
      `\`handle-changed-lately\`: ${handleDays} days have to pass. \`silenced\`, \`suspended\`.`,
    422: '`handle-malformed`, `handle-hidden-characters`, `handle-mixed-alphabets`, `handle-reserved`: for those who work here.',
  })
  async choose(
    @Body() { handle, locale }: HandleBody,
    @Headers('accept-language') languages: string | undefined,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const { tenantId, subject } = ctx;
    const chosen = { handle, locale: locale ?? preferredLocale(languages), at: now() };
    const result = await this.commands.execute(new ChooseHandle(chosen, callerOf(ctx), optionsFor(ctx)));
    const memberId = await this.members.mustBeMember(tenantId, subject);
    const [named] = result.events as readonly RecordedEvent<Extract<MemberEvent, { type: 'MemberJoined' }>['data']>[];
    const answer = { memberId, handle: named?.data.handle ?? handle.normalize('NFKC'), version: result.version };
    return commandAnswer('community', result, answer);
  }

  @Post('members/:memberId/silence')
  @HttpCode(200)
  @ApiOperation({ summary: 'Let a member read, and write nothing, for a while' })
  @CommandResponse(200, ChangedAnswer, { ...unknown, 409: own, 422: '`until-in-the-past`, `silence-too-long`.' })
  silence(
    @UuidParam('memberId') memberId: string,
    @Body() { until, ...why }: SilenceBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { memberId, until: inUtc(until), ...why, at: now() };
    return this.moderate(ctx, { type: 'SilenceMember', data });
  }

  @Post('members/:memberId/suspension')
  @HttpCode(200)
  @ApiOperation({ summary: 'Suspend a member, for a while or without an end' })
  @CommandResponse(200, ChangedAnswer, { ...unknown, 409: own, 422: '`until-in-the-past`.' })
  suspend(
    @UuidParam('memberId') memberId: string,
    @Body() { until = null, ...why }: SuspensionBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const data = { memberId, until: until === null ? null : inUtc(until), ...why, at: now() };
    return this.moderate(ctx, { type: 'SuspendMember', data });
  }

  @Post('members/:memberId/release')
  @HttpCode(200)
  @ApiOperation({ summary: 'End the silence and the suspension of a member' })
  @CommandResponse(200, ChangedAnswer, { ...unknown, 409: own })
  release(
    @UuidParam('memberId') memberId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.moderate(ctx, { type: 'ReleaseMember', data: { memberId, at: now() } });
  }

  @Put('members/:memberId/level')
  @ApiOperation({ summary: 'Give a member a level of trust', description: 'Level 4 is given, never reached.' })
  @CommandResponse(200, ChangedAnswer, { ...unknown, 409: own })
  give(
    @UuidParam('memberId') memberId: string,
    @Body() { level }: LevelBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.moderate(ctx, { type: 'GiveTrustLevel', data: { memberId, level, at: now() } });
  }

  @Delete('members/:memberId/level')
  @ApiOperation({ summary: 'Let figures change the level of a member again' })
  @CommandResponse(200, ChangedAnswer, { ...unknown, 409: own })
  unlock(
    @UuidParam('memberId') memberId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.moderate(ctx, { type: 'UnlockTrustLevel', data: { memberId, at: now() } });
  }

  private async moderate(ctx: RequestContext, command: ModerateMember['command']): Promise<CommandAnswer> {
    const work = new ModerateMember(command, callerOf(ctx), optionsFor(ctx));
    return commandAnswer('community', await this.commands.execute(work));
  }
}
