import { type CommandResult, EventStore } from '@guichet/event-sourcing';
import { commandAnswer, Ctx, EnumField, RequestContext, Roles } from '@guichet/http-host';
import { CommandResponse, commandOptions, now, QueryResponse, Transact } from '@guichet/service';
import { Body, Controller, Get, Put } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type RoleSource, roleSources, tenantDecider } from './tenant.js';

class RoleSourceBody {
  @EnumField(roleSources, {
    description:
      '`issuer`: the access token says which roles its bearer has. `people`: the roles that people have here count, and who is unknown here has none.',
  })
  source: RoleSource;
}

/**
 * For tenants whose access tokens come from an issuer of their own. Tokens of the embedded issuer say the roles people
 * have here anyway.
 */
@ApiTags('people')
@Roles('admin')
@Controller('identity/v1/role-source')
export class RoleSourceHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Whose word on roles counts' })
  @QueryResponse(RoleSourceBody)
  async read(@Ctx() { tenantId }: RequestContext): Promise<RoleSourceBody> {
    const { state } = await this.events.load(tenantDecider, tenantId, tenantId);
    return { source: state.roleSource };
  }

  @Put()
  @ApiOperation({ summary: 'Choose whose word on roles counts' })
  @CommandResponse(200, RoleSourceBody, { 404: '`unknown-tenant`' })
  async choose(@Body() { source }: RoleSourceBody, @Ctx() ctx: RequestContext): Promise<unknown> {
    const command = { type: 'ChooseRoleSource', data: { source, at: now() } } as const;
    const result: CommandResult = await this.commands.execute(
      new Transact(this.events, tenantDecider, ctx.tenantId, command, commandOptions(ctx, 'identity')),
    );
    return commandAnswer('identity', result, { source });
  }
}
