import { type CommandResult, EventStore } from '@guichet/event-sourcing';
import {
  commandAnswer,
  Ctx,
  Cursors,
  Instant,
  Keyword,
  Line,
  PageQuery,
  RequestContext,
  Roles,
  TimeZoneField,
  UuidField,
} from '@guichet/http-host';
import {
  commandOptions,
  CommandResponse,
  Freshness,
  now,
  page,
  PageOf,
  QueryResponse,
  Transact,
} from '@guichet/service';
import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Directory } from '../directory/directory.query.js';
import { slugPattern, tenantIdOf } from '../names.js';
import { tenantDecider } from './tenant.js';

const slug = { max: 40, pattern: slugPattern, example: 'acme', description: 'Part of addresses; cannot be changed.' };

class CreateTenantBody {
  @Keyword(slug) slug: string;
  @Line({ max: 100, example: 'ACME' }) name: string;
  @TimeZoneField({ example: 'Europe/Paris', description: 'Of its days and months.' }) timeZone: string;
}
class TenantAnswer {
  @UuidField() tenantId: string;
  @Keyword(slug) slug: string;
  @Line({ max: 100 }) name: string;
  @TimeZoneField() timeZone: string;
  @Instant({ optional: true }) createdAt?: string;
}
class TenantPage extends PageOf(TenantAnswer) {}

const list = 'tenants';

@ApiTags('tenants')
@Roles('operator')
@Controller('identity/v1/tenants')
export class TenantHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly directory: Directory,
    private readonly freshness: Freshness,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Create a tenant', description: 'Creating the very same one again changes nothing.' })
  @CommandResponse(201, TenantAnswer, { 409: '`tenant-exists`: with another name or time zone.' })
  async create(@Body() { slug, name, timeZone }: CreateTenantBody, @Ctx() ctx: RequestContext): Promise<unknown> {
    const tenantId = tenantIdOf(slug);
    const command = { type: 'CreateTenant', data: { slug, name, timeZone, at: now() } } as const;
    const result: CommandResult = await this.commands.execute(
      new Transact(this.events, tenantDecider, tenantId, command, commandOptions(ctx, 'identity', tenantId)),
    );
    return commandAnswer('identity', result, { tenantId, slug, name, timeZone }, 201);
  }

  @Get()
  @ApiOperation({ summary: 'All tenants, by slug' })
  @QueryResponse(TenantPage)
  async list(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<unknown> {
    await this.freshness.of(ctx, 'directory');
    const after = cursor === undefined ? '' : this.cursors.decode<string>('', list, cursor);
    const rows = await this.directory.tenants(after, limit + 1);
    return page(rows, limit, (last) => this.cursors.encode('', list, last.slug));
  }
}
