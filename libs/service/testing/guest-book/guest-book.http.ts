import { EventStore, TenantDatabase } from '@guichet/event-sourcing';
import { type CommandAnswer, commandAnswer, Ctx, Keyword, RequestContext, Roles } from '@guichet/http-host';
import { Freshness } from '../../src/index.js';
import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { entry, guestBookDecider } from './guest-book.js';

class SignBody {
  @Keyword({ max: 100 }) guest: string;
}

@ApiTags('books')
@Roles('requester')
@Controller(`${entry.name}/v1/books/:bookId/guests`)
export class GuestBookHttp {
  constructor(
    private readonly events: EventStore,
    private readonly database: TenantDatabase,
    private readonly freshness: Freshness,
  ) {}

  @Post()
  async sign(
    @Param('bookId') bookId: string,
    @Body() { guest }: SignBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const command = { type: 'SignBook', data: { bookId, guest, at: new Date().toISOString() } } as const;
    const result = await this.events.transact(guestBookDecider, bookId, command, { context: ctx.eventContext() });
    return commandAnswer(entry.name, result, { guest }, 201);
  }

  @Get()
  async guests(@Param('bookId') bookId: string, @Ctx() ctx: RequestContext): Promise<{ guests: string[] }> {
    await this.freshness.of(ctx, 'guests');
    const select = 'select name from read_model.guest where tenant_id = $1 and book_id = $2 order by name';
    const rows = await this.database.query<{ name: string }>(ctx.tenantId, select, [ctx.tenantId, bookId]);
    return { guests: rows.map(({ name }) => name) };
  }
}
