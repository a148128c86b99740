import { type CommandAnswer, commandAnswer, Ctx, Line, notFound, RequestContext, Roles } from '@guichet/http-host';
import { CommandResponse, Freshness, now, QueryResponse } from '@guichet/service';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { writers } from '../callers.http.js';
import { meView } from '../member/member-answers.http.js';
import { MemberCards } from '../member/members.query.js';
import { Members } from '../member/members.store.js';
import { callerOf, optionsFor } from '../topic/actors.store.js';
import { ErasedAnswer, OwnDataAnswer, ownDataView } from './erasure-answers.http.js';
import { EraseMe } from './erase-me.handler.js';
import { OwnData } from './own-data.query.js';

class EraseBody {
  @Line({
    max: 100,
    description: 'The handle of the caller, as it is: nobody does this by mistake.',
    example: 'anna.k',
  })
  handle: string;
}

@ApiTags('members')
@Controller('community/v1/me')
@Roles(...writers)
export class ErasureHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly cards: MemberCards,
    private readonly members: Members,
    private readonly data: OwnData,
    private readonly freshness: Freshness,
  ) {}

  @Get('data')
  @ApiOperation({
    summary: 'All that is known of the caller here',
    description: 'With every edition of what they wrote, what was removed or hidden included.',
  })
  @QueryResponse(OwnDataAnswer, { 404: '`not-a-member`: the caller has not joined.' })
  async find(@Ctx() ctx: RequestContext): Promise<OwnDataAnswer> {
    const { tenantId, subject } = ctx;
    for (const readModel of ['members', 'topics', 'reviews']) await this.freshness.of(ctx, readModel);
    const memberId = await this.members.idOf(tenantId, subject);
    const card = memberId === undefined ? undefined : await this.cards.find(tenantId, memberId);
    if (card === undefined) throw notFound('not-a-member', 'You have not joined: nothing is known of you here.');
    return ownDataView(meView(card), await this.data.of(tenantId, card.member_id));
  }

  @Post('erasure')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Be forgotten',
    description:
      'At once nobody can write as this member. Within seconds their handle and texts cannot be read any more, by ' +
      'anybody, for ever; their posts stay, empty, and what was counted still counts. A suspension stays with the person.',
  })
  @CommandResponse(200, ErasedAnswer, {
    409: '`handle-differs`: this is not the handle of the caller. `not-a-member`: the caller has not joined.',
  })
  async erase(@Body() { handle }: EraseBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const erased = new EraseMe(handle, now(), callerOf(ctx), optionsFor(ctx));
    const result = await this.commands.execute(erased);
    const { streamId, version } = result;
    return commandAnswer('community', result, { memberId: streamId.slice('member-'.length), version });
  }
}
