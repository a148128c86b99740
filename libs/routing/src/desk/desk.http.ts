import { type CommandResult, EventStore } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  Ctx,
  EnumField,
  RequestContext,
  Roles,
  type Versioned,
  commandAnswer,
  versioned,
} from '@guichet/http-host';
import { CommandResponse, QueryResponse, Transact, commandOptions, now } from '@guichet/service';
import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type DepartmentScope, deskDecider, deskStreamId, departmentScopes } from './desk.js';
import { Sights } from './sight.query.js';

class ScopeBody {
  @EnumField(departmentScopes, {
    description:
      '`open`: agents see and take the tickets of every department. `members`: those of the departments they work for, those ' +
      'they hold, and those without a department.',
  })
  scope: DepartmentScope;
}
class DeskView {
  @ApiProperty({ enum: departmentScopes }) scope: string;
  @ApiProperty({ type: 'integer', description: '0 while nothing was changed.' }) version: number;
}

/** The rules of a tenant's desk. */
@ApiTags('desk')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/desk')
export class DeskHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly sights: Sights,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'The rules for agents',
    description: 'They hold for agents, not for supervisors and admins.',
  })
  @QueryResponse(DeskView, {}, { versioned: true })
  async find(@Ctx() { tenantId }: RequestContext): Promise<Versioned> {
    const { state, version } = await this.events.load(deskDecider, tenantId, deskStreamId(tenantId));
    return versioned(version, { scope: state.scope, version });
  }

  @Post('department-scope')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({
    summary: 'Say whether agents see the tickets of departments that they do not work for',
    description: 'Has effect everywhere within seconds. A live stream that is open ends with its token at the latest.',
  })
  @CommandResponse(200, DeskView)
  async changeScope(@Body() { scope }: ScopeBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { tenantId } = ctx;
    const command = { type: 'ChangeDepartmentScope', data: { scope, at: now() } } as const;
    const result: CommandResult = await this.commands.execute(
      new Transact(this.events, deskDecider, deskStreamId(tenantId), command, commandOptions(ctx, 'routing')),
    );
    this.sights.forget(tenantId);
    return commandAnswer('routing', result, { scope, version: result.version });
  }
}
