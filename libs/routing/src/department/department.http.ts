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
  commandAnswer,
  notFound,
  versioned,
  type Versioned,
} from '@guichet/http-host';
import {
  commandOptions,
  CommandResponse,
  Freshness,
  newIdOf,
  NoBody,
  now,
  page,
  PageOf,
  QueryResponse,
} from '@guichet/service';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { type DepartmentCommand } from './department.js';
import { OrganizeDepartment } from './department.handler.js';
import { type DepartmentRow, Departments } from './department.query.js';

/** In addresses it stands for the tickets that no department has. */
export const noDepartment = 'none';

class CreateDepartmentBody {
  @Line({ max: 300, example: 'Billing' }) name: string;
  @Keyword({ optional: true, pattern: /^(?!none$|\.{1,2}$)[^/?#]+$/, description: 'A UUID is made up if not given.' })
  departmentId?: string;
}
class RenameDepartmentBody {
  @Line({ max: 300 }) name: string;
}
class RetireDepartmentBody {
  @Keyword({ description: 'The department that gets the open tickets, and those that ask for this one later.' })
  successorId: string;
}
export class DepartmentView {
  @ApiProperty() departmentId: string;
  @ApiProperty() name: string;
  @ApiProperty({ type: 'string', nullable: true, description: 'Of a retired department; null: in service.' })
  successorId: string | null;
  @ApiProperty({ type: 'integer' }) version: number;
}
class DepartmentAnswer {
  @ApiProperty() departmentId: string;
  @ApiProperty({ type: 'integer' }) version: number;
}
class NamedDepartmentAnswer extends DepartmentAnswer {
  @ApiProperty() name: string;
}
class DepartmentPage extends PageOf(DepartmentView) {}

const list = 'departments';

@ApiTags('departments')
@Roles('agent', 'supervisor', 'admin')
@Controller('routing/v1/departments')
export class DepartmentHttp {
  constructor(
    private readonly commands: CommandBus,
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
  @CommandResponse(201, NamedDepartmentAnswer, {
    409: '`department-exists`: another one has this id.',
  })
  async create(@Body() body: CreateDepartmentBody, @Ctx() ctx: RequestContext): Promise<CommandAnswer> {
    const { name, departmentId = newIdOf(ctx, 'routing') } = body;
    const command = { type: 'CreateDepartment', data: { departmentId, name, at: now() } } as const;
    const result = await this.commands.execute(
      new OrganizeDepartment(departmentId, command, commandOptions(ctx, 'routing')),
    );
    return commandAnswer('routing', result, { departmentId, name, version: result.version }, 201);
  }

  @Post(':departmentId/rename')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({ summary: 'Give a department another name' })
  @CommandResponse(200, NamedDepartmentAnswer, { 404: '`unknown-department`' })
  async rename(
    @Param('departmentId') departmentId: string,
    @Body() { name }: RenameDepartmentBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    const command = { type: 'RenameDepartment', data: { departmentId, name, at: now() } } as const;
    const result = await this.commands.execute(
      new OrganizeDepartment(departmentId, command, commandOptions(ctx, 'routing')),
    );
    return commandAnswer('routing', result, { departmentId, name, version: result.version });
  }

  @Post(':departmentId/retire')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({
    summary: 'Retire a department in favour of another one',
    description:
      'Its open tickets are transferred with their agents, and so is each ticket that asks for it later or is reopened. ' +
      'Repeating the call with another successor changes the successor.',
  })
  @CommandResponse(200, DepartmentAnswer, {
    404: '`unknown-department`',
    422: '`unknown-department` or `department-retired`: the successor; `succeeds-itself`.',
  })
  retire(
    @Param('departmentId') departmentId: string,
    @Body() { successorId }: RetireDepartmentBody,
    @Ctx() ctx: RequestContext,
  ): Promise<CommandAnswer> {
    return this.execute(ctx, departmentId, {
      type: 'RetireDepartment',
      data: { departmentId, successorId, at: now() },
    });
  }

  @Post(':departmentId/restore')
  @HttpCode(200)
  @Roles('supervisor', 'admin')
  @ApiOperation({
    summary: 'Put a retired department back into service',
    description: 'Tickets that its successor got stay there.',
  })
  @CommandResponse(200, DepartmentAnswer, { 404: '`unknown-department`' })
  restore(
    @Param('departmentId') departmentId: string,
    @Ctx() ctx: RequestContext,
    @NoBody() _body: void,
  ): Promise<CommandAnswer> {
    return this.execute(ctx, departmentId, { type: 'RestoreDepartment', data: { departmentId, at: now() } });
  }

  private async execute(ctx: RequestContext, departmentId: string, command: DepartmentCommand): Promise<CommandAnswer> {
    const result = await this.commands.execute(
      new OrganizeDepartment(departmentId, command, commandOptions(ctx, 'routing')),
    );
    return commandAnswer('routing', result, { departmentId, version: result.version });
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
}

const view = ({ department_id, name, successor_id, version }: DepartmentRow): DepartmentView => ({
  departmentId: department_id,
  name,
  successorId: successor_id,
  version,
});
