import type { CommandResult } from '@guichet/event-sourcing';
import {
  commandAnswer,
  Ctx,
  Cursors,
  EmailField,
  EnumField,
  Keyword,
  Line,
  LocaleField,
  notFound,
  PageQuery,
  RequestContext,
  type Role,
  Roles,
  UuidField,
  UuidParam,
} from '@guichet/http-host';
import {
  ChangedAnswer,
  commandOptions,
  CommandResponse,
  Freshness,
  newIdOf,
  now,
  page,
  PageOf,
  QueryResponse,
  userIdOf,
} from '@guichet/service';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Directory } from '../directory/directory.query.js';
import { HandleUser } from './user.handler.js';
import type { UserCommand } from './user.js';

/** What an admin may make of somebody. Operators work across tenants: no tenant can make one. */
export const grantableRoles: readonly Role[] = [
  ...(['requester', 'agent', 'supervisor', 'admin', 'analyst', 'importer'] as const),
  ...(['author', 'translator', 'editor', 'moderator'] as const),
];

const isGrantable = (role: string): role is Role => (grantableRoles as readonly string[]).includes(role);

class InviteBody {
  @EmailField() email: string;
  @Line({ max: 200 }) name: string;
  @LocaleField({ optional: true }) locale?: string;
  @EnumField(grantableRoles, { list: { min: 1, max: grantableRoles.length, unique: true } }) roles: Role[];
  @Keyword({
    max: 255,
    optional: true,
    description: 'The `sub` of the person’s tokens, where another issuer signs them.',
  })
  subject?: string;
}
class RoleBody {
  @EnumField(grantableRoles) role: Role;
}
class PersonAnswer {
  @UuidField() userId: string;
  @Line({ max: 200 }) name: string;
  @EmailField() email: string;
  @LocaleField({ nullable: true }) locale: string | null;
  @EnumField(grantableRoles, { list: { max: grantableRoles.length } }) roles: Role[];
  @ApiProperty({ description: 'Gets no token, and has none that is good for anything.' }) disabled: boolean;
}
class PeoplePage extends PageOf(PersonAnswer) {}

const list = 'people';

@ApiTags('people')
@Controller('identity/v1/people')
export class UserHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly directory: Directory,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Roles('agent', 'supervisor', 'admin')
  @ApiOperation({ summary: 'The people of the tenant, by e-mail address' })
  @QueryResponse(PeoplePage)
  async list(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<unknown> {
    await this.freshness.of(ctx, 'directory');
    const { tenantId } = ctx;
    const after = cursor === undefined ? '' : this.cursors.decode<string>(tenantId, list, cursor);
    const rows = await this.directory.people(tenantId, after, limit + 1);
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, last.email.toLowerCase()));
  }

  @Post()
  @Roles('admin')
  @ApiOperation({ summary: 'Invite somebody' })
  @CommandResponse(201, PersonAnswer, { 409: '`email-taken`.' })
  async invite(@Body() body: InviteBody, @Ctx() ctx: RequestContext): Promise<unknown> {
    const { email, name, locale = null, roles, subject } = body;
    // The same request again speaks of the same person.
    const userId = subject === undefined ? newIdOf(ctx, 'identity/user') : userIdOf(ctx.tenantId, subject);
    const command: UserCommand = { type: 'InviteUser', data: { roles, at: now() } };
    const result: CommandResult = await this.commands.execute(
      new HandleUser(userId, command, commandOptions(ctx, 'identity'), { email, name, locale }),
    );
    return commandAnswer('identity', result, { userId, email, name, locale, roles, disabled: false }, 201);
  }

  @Post(':userId/roles')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({ summary: 'Grant a role' })
  @CommandResponse(200, ChangedAnswer, { 404: '`unknown-person`' })
  async grant(
    @UuidParam('userId') userId: string,
    @Body() { role }: RoleBody,
    @Ctx() ctx: RequestContext,
  ): Promise<unknown> {
    return this.change(userId, { type: 'GrantRole', data: { role, at: now() } }, ctx);
  }

  @Delete(':userId/roles/:role')
  @Roles('admin')
  @ApiOperation({ summary: 'Take a role away' })
  @CommandResponse(200, ChangedAnswer, { 404: '`unknown-person`' })
  async revoke(
    @UuidParam('userId') userId: string,
    @Param('role') role: string,
    @Ctx() ctx: RequestContext,
  ): Promise<unknown> {
    if (!isGrantable(role)) throw notFound('unknown-role', 'There is no such role.');
    return this.change(userId, { type: 'RevokeRole', data: { role, at: now() } }, ctx);
  }

  @Delete(':userId')
  @Roles('admin')
  @ApiOperation({
    summary: 'Disable somebody',
    description: 'They get no token; those they have, and their live streams, end within seconds.',
  })
  @CommandResponse(200, ChangedAnswer, { 404: '`unknown-person`' })
  async disable(@UuidParam('userId') userId: string, @Ctx() ctx: RequestContext): Promise<unknown> {
    return this.change(userId, { type: 'DisableUser', data: { at: now() } }, ctx);
  }

  @Post(':userId/enable')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({ summary: 'Let somebody in again, with a new token' })
  @CommandResponse(200, ChangedAnswer, { 404: '`unknown-person`' })
  async enable(@UuidParam('userId') userId: string, @Ctx() ctx: RequestContext): Promise<unknown> {
    return this.change(userId, { type: 'EnableUser', data: { at: now() } }, ctx);
  }

  private async change(userId: string, command: UserCommand, ctx: RequestContext): Promise<unknown> {
    const result: CommandResult = await this.commands.execute(
      new HandleUser(userId, command, commandOptions(ctx, 'identity')),
    );
    return commandAnswer('identity', result);
  }
}
