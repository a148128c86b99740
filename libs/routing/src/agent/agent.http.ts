import {
  type CommandAnswer,
  Ctx,
  Cursors,
  Keyword,
  Line,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  type Versioned,
  commandAnswer,
  notFound,
  versioned,
} from '@guichet/http-host';
import { commandOptions, CommandResponse, Freshness, NoBody, now, page, PageOf, QueryResponse } from '@guichet/service';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type AgentCommand } from './agent.js';
import { OrganizeAgent } from './agent.handler.js';
import { type AgentRow, Agents } from './agent.query.js';

class DepartmentsBody {
  @Keyword({ list: { max: 200 }, description: 'Every department the agent works for.' }) departmentIds: string[];
}
class RegisterAgentBody extends DepartmentsBody {
  @Keyword({ pattern: /^(?!me$|\.{1,2}$)[^/?#]+$/, description: 'The subject of their access tokens.' })
  agentId: string;
  @Line({ max: 300 }) name: string;
}
class DeactivateBody {
  @Keyword({ optional: true, description: 'The agent who gets the open tickets; else they go back to their queues.' })
  handOverTo?: string;
}
export class AgentView {
  @ApiProperty() agentId: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: [String] }) departmentIds: string[];
  @ApiProperty({ description: 'false: deactivated, gets no tickets.' }) active: boolean;
  @ApiProperty({ type: 'integer' }) version: number;
}
class AgentAnswer {
  @ApiProperty() agentId: string;
  @ApiProperty({ type: 'integer' }) version: number;
}
class AgentPage extends PageOf(AgentView) {}
class AgentsQuery extends PageQuery {
  @Keyword({ optional: true, description: 'Only agents who work for this department.' }) department?: string;
}

@ApiTags('agents')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/agents')
export class AgentHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly agents: Agents,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Roles('supervisor', 'admin')
  @ApiOperation({ summary: 'Register an agent', description: 'An agent who claims a ticket registers themselves.' })
  @CommandResponse(201, AgentAnswer, {
    409: '`agent-exists`: with another name or other departments.',
    422: '`unknown-department`',
  })
  register(@Body() body: RegisterAgentBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    return this.execute(ctx, body.agentId, { type: 'RegisterAgent', data: { ...body, at: now() } }, 201);
  }

  @Post(':agentId/departments')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({ summary: 'Say which departments an agent works for' })
  @CommandResponse(200, AgentAnswer, { 404: '`unknown-agent`', 422: '`unknown-department`' })
  changeDepartments(
    @Param('agentId') agentId: string,
    @Body() { departmentIds }: DepartmentsBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const command: AgentCommand = { type: 'ChangeAgentDepartments', data: { agentId, departmentIds, at: now() } };
    return this.execute(ctx, agentId, command);
  }

  @Post(':agentId/deactivate')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({
    summary: 'Give an agent no more tickets, and hand over those they have',
    description:
      'Open tickets go to another agent or back to their queues; a resolved one does so when it is reopened. ' +
      'Whether the person may sign in is decided in identity.',
  })
  @CommandResponse(200, AgentAnswer, {
    404: '`unknown-agent`',
    409: '`agent-inactive`: whoever should take over is deactivated.',
    422: '`unknown-agent`: whoever should take over; `hand-over-to-self`.',
  })
  deactivate(
    @Param('agentId') agentId: string,
    @Body() { handOverTo }: DeactivateBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.execute(ctx, agentId, { type: 'DeactivateAgent', data: { agentId, handOverTo, at: now() } });
  }

  @Post(':agentId/reactivate')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({ summary: 'Let a deactivated agent take tickets again', description: 'Handed over tickets stay.' })
  @CommandResponse(200, AgentAnswer, { 404: '`unknown-agent`' })
  reactivate(
    @Param('agentId') agentId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.execute(ctx, agentId, { type: 'ReactivateAgent', data: { agentId, at: now() } });
  }

  @Get()
  @ApiOperation({ summary: 'The agents, in the order they were registered' })
  @QueryResponse(AgentPage)
  async list(@Query() query: AgentsQuery, @Ctx() ctx: RequestContext): Promise<Page<AgentView>> {
    const { limit, cursor, department } = query;
    const { tenantId } = ctx;
    const list = `agents/${department ?? ''}`;
    const after = cursor === undefined ? undefined : this.cursors.decode<string>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'agent');
    const rows = await this.agents.list(tenantId, limit + 1, after, department);
    return page(rows, limit, ({ created_position }) => this.cursors.encode(tenantId, list, created_position), view);
  }

  @Get(':agentId')
  @ApiOperation({ summary: 'One agent' })
  @QueryResponse(AgentView, { 404: '`unknown-agent`' }, { versioned: true })
  async find(@Param('agentId') agentId: string, @Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx, 'agent');
    const row = await this.agents.find(ctx.tenantId, agentId);
    if (row === undefined) throw notFound('unknown-agent', 'There is no such agent.');
    return versioned(row.version, view(row));
  }

  private async execute(
    ctx: RequestContext,
    agentId: string,
    command: AgentCommand,
    status?: number,
  ): Promise<CommandAnswer> {
    const result = await this.commands.execute(new OrganizeAgent(agentId, command, commandOptions(ctx, 'routing')));
    return commandAnswer('routing', result, { agentId, version: result.version }, status);
  }
}

const view = ({ agent_id, name, department_ids, active, version }: AgentRow): AgentView => ({
  agentId: agent_id,
  name,
  departmentIds: department_ids,
  active,
  version,
});
