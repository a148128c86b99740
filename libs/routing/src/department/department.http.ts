import { type CommandResult, EventStore } from '@guichet/event-sourcing';
import {
  type CommandAnswer,
  Ctx,
  Cursors,
  Keyword,
  type Page,
  PageQuery,
  RequestContext,
  Roles,
  commandAnswer,
  notFound,
  versioned,
  type Versioned,
} from '@guichet/http-host';
import { commandOptions, CommandResponse, newIdOf, now, page, PageOf, QueryResponse, Transact } from '@guichet/service';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Freshness } from '../freshness.query.js';
import { type DepartmentCommand, departmentDecider, departmentStreamId } from './department.js';
import { type DepartmentRow, Departments } from './department.query.js';

/** In addresses it stands for the tickets that no department has. */
export const noDepartment = 'none';

class CreateDepartmentBody {
  @Keyword({ max: 300, example: 'Billing' }) name: string;
  @Keyword({ optional: true, pattern: /^(?!none$|\.{1,2}$)[^/?#]+$/, description: 'A UUID is made up if not given.' })
  departmentId?: string;
}
class RenameDepartmentBody {
  @Keyword({ max: 300 }) name: string;
}
export class DepartmentView {
  @ApiProperty() departmentId: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: 'integer' }) version: number;
}
class DepartmentPage extends PageOf(DepartmentView) {}

const list = 'departments';

@ApiTags('departments')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/departments')
export class DepartmentHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly departments: Departments,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @Roles('supervisor', 'admin')
  @ApiOperation({
    summary: 'Create a department',
    description: 'The tenant’s first one gets the tickets that ask for no department.',
  })
  @CommandResponse(201, DepartmentView, {
    409: '`department-exists`: another one has this id.',
  })
  async create(@Body() body: CreateDepartmentBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { name, departmentId = newIdOf(ctx, 'routing') } = body;
    const command = { type: 'CreateDepartment', data: { departmentId, name, at: now() } } as const;
    const result = await this.execute(ctx, departmentId, command);
    return commandAnswer('routing', result, { departmentId, name, version: result.version }, 201);
  }

  @Post(':departmentId/rename')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({ summary: 'Give a department another name' })
  @CommandResponse(200, DepartmentView, { 404: '`unknown-department`' })
  async rename(
    @Param('departmentId') departmentId: string,
    @Body() { name }: RenameDepartmentBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const command = { type: 'RenameDepartment', data: { departmentId, name, at: now() } } as const;
    const result = await this.execute(ctx, departmentId, command);
    return commandAnswer('routing', result, { departmentId, name, version: result.version });
  }

  @Get()
  @ApiOperation({ summary: 'The departments, in the order they were created' })
  @QueryResponse(DepartmentPage)
  async list(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<Page<DepartmentView>> {
    const { tenantId } = ctx;
    const after = cursor === undefined ? undefined : this.cursors.decode<string>(tenantId, list, cursor);
    await this.freshness.of(ctx, 'department');
    const rows = await this.departments.list(tenantId, limit + 1, after);
    return page(rows, limit, ({ created_position }) => this.cursors.encode(tenantId, list, created_position), view);
  }

  @Get(':departmentId')
  @ApiOperation({ summary: 'One department' })
  @QueryResponse(DepartmentView, { 404: '`unknown-department`' }, { versioned: true })
  async find(@Param('departmentId') departmentId: string, @Ctx() ctx: RequestContext): Promise<Versioned> {
    await this.freshness.of(ctx, 'department');
    const row = await this.departments.find(ctx.tenantId, departmentId);
    if (row === undefined) throw notFound('unknown-department', 'There is no such department.');
    return versioned(row.version, view(row));
  }

  private execute(ctx: RequestContext, departmentId: string, command: DepartmentCommand): Promise<CommandResult> {
    const id = departmentStreamId(ctx.tenantId, departmentId);
    const options = commandOptions(ctx, 'routing');
    return this.commands.execute(new Transact(this.events, departmentDecider, id, command, options));
  }
}

const view = ({ department_id, name, version }: DepartmentRow): DepartmentView => ({
  departmentId: department_id,
  name,
  version,
});
