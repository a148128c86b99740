import { type CommandResult, EventStore } from '@guichet/event-sourcing';
import {
  commandAnswer,
  Ctx,
  Cursors,
  EnumField,
  forbidden,
  Instant,
  Keyword,
  notFound,
  PageQuery,
  RequestContext,
  type Role,
  Roles,
} from '@guichet/http-host';
import {
  ChangedAnswer,
  commandOptions,
  CommandResponse,
  Freshness,
  now,
  page,
  PageOf,
  QueryResponse,
  Transact,
} from '@guichet/service';
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Directory } from '../directory/directory.query.js';
import { clientIdOf, clientStreamIdOf, slugPattern, tenantIdOf } from '../names.js';
import { Secrets } from '../secrets.js';
import { tenantDecider } from '../tenant/tenant.js';
import { type ClientCommand, type ClientEvent, clientDecider } from './client.js';

/** `requester` and `agent` for systems that act as such; `operator` is no tenant's to give. */
const clientRoles: readonly Role[] = [
  ...(['reader', 'requester', 'agent', 'supervisor', 'admin', 'analyst', 'importer', 'service'] as const),
  ...(['author', 'translator', 'editor', 'moderator'] as const),
];

const name = { max: 40, pattern: slugPattern, example: 'bi-reader' };

class RegisterBody {
  @Keyword(name) name: string;
  @EnumField(clientRoles, { list: { min: 1, max: clientRoles.length, unique: true } }) roles: Role[];
  @Keyword({ ...name, optional: true, example: 'acme', description: 'For operators: the tenant it is for.' })
  tenant?: string;
}
class SecretAnswer {
  @ApiProperty({ example: 'acme.bi-reader' }) clientId: string;
  @ApiProperty({
    ...{ type: String, nullable: true },
    description: 'Shown once, in the first answer. Keep it secret. null when the request is repeated.',
  })
  clientSecret: string | null;
  @ApiProperty({ required: false, description: 'Why there is no secret, and how to get one.' }) notice?: string;
}
class ClientAnswer extends SecretAnswer {
  @EnumField(clientRoles, { list: { max: clientRoles.length } }) roles: Role[];
}
class ClientView {
  @ApiProperty({ example: 'acme.bi-reader' }) clientId: string;
  @Keyword(name) name: string;
  @EnumField(clientRoles, { list: { max: clientRoles.length } }) roles: Role[];
  @Instant() registeredAt: string;
}
class ClientPage extends PageOf(ClientView) {}

const list = 'clients';
const shownBefore =
  'The secret was in the first answer to this Idempotency-Key, and is never shown again. POST …/secret with a new key makes another one.';

@ApiTags('service accounts')
@Roles('admin', 'operator')
@Controller('identity/v1/clients')
export class ClientHttp {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly directory: Directory,
    private readonly freshness: Freshness,
    private readonly secrets: Secrets,
    private readonly cursors: Cursors,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Register a service account (BI, an importer, another system)' })
  @CommandResponse(201, ClientAnswer, { 404: '`unknown-tenant`', 409: '`client-exists`.' })
  async register(@Body() body: RegisterBody, @Ctx() ctx: RequestContext): Promise<unknown> {
    const { name, roles } = body;
    const { tenantId, slug } = await this.tenantOf(body.tenant, ctx);
    const command: ClientCommand = { type: 'RegisterClient', data: { name, roles, at: now() } };
    const result = await this.handle(tenantId, name, command, ctx);
    const secret = await this.secretOf(result, { tenantId, slug, name });
    return commandAnswer('identity', result, { ...secret, roles }, 201);
  }

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'The service accounts of the tenant, by name' })
  @QueryResponse(ClientPage)
  async list(@Query() { limit, cursor }: PageQuery, @Ctx() ctx: RequestContext): Promise<unknown> {
    await this.freshness.of(ctx, 'directory');
    const { tenantId } = ctx;
    const after = cursor === undefined ? '' : this.cursors.decode<string>(tenantId, list, cursor);
    const rows = await this.directory.clients(tenantId, after, limit + 1);
    return page(rows, limit, (last) => this.cursors.encode(tenantId, list, last.name));
  }

  @Post(':name/secret')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({ summary: 'Give it a new secret; the old one is void at once' })
  @CommandResponse(200, SecretAnswer, { 404: '`unknown-client`' })
  async renew(@Param('name') name: string, @Ctx() ctx: RequestContext): Promise<unknown> {
    const { tenantId, slug } = await this.tenantOf(undefined, ctx);
    const result = await this.handle(tenantId, name, { type: 'RenewClientSecret', data: { at: now() } }, ctx);
    return commandAnswer('identity', result, await this.secretOf(result, { tenantId, slug, name }));
  }

  @Delete(':name')
  @Roles('admin')
  @ApiOperation({ summary: 'Disable it: it gets no more tokens; those it has end within seconds' })
  @CommandResponse(200, ChangedAnswer, { 404: '`unknown-client`' })
  async disable(@Param('name') name: string, @Ctx() ctx: RequestContext): Promise<unknown> {
    return commandAnswer(
      'identity',
      await this.handle(ctx.tenantId, name, { type: 'DisableClient', data: { at: now() } }, ctx),
    );
  }

  private handle(tenantId: string, name: string, command: ClientCommand, ctx: RequestContext): Promise<CommandResult> {
    const options = commandOptions(ctx, 'identity', tenantId);
    const id = clientStreamIdOf(tenantId, name);
    return this.commands.execute(new Transact(this.events, clientDecider, id, command, options));
  }

  /** The secret that this command has made, and not one of a command before or after it; none when it is repeated. */
  private async secretOf(
    { streamId, version, replayed }: CommandResult,
    { tenantId, slug, name }: { readonly tenantId: string; readonly slug: string; readonly name: string },
  ): Promise<SecretAnswer> {
    const clientId = clientIdOf(slug, name);
    if (replayed) return { clientId, clientSecret: null, notice: shownBefore };
    const events = await this.events.readStream(tenantId, streamId);
    const { secretVersion } = events.slice(0, version).reduce(
      (client, event) => clientDecider.evolve(client, event as unknown as ClientEvent), // a client's stream has no others
      clientDecider.initial,
    );
    return { clientId, clientSecret: this.secrets.clientSecret(clientId, secretVersion) };
  }

  /** The caller's own; only operators may name another one. */
  private async tenantOf(named: string | undefined, ctx: RequestContext): Promise<{ tenantId: string; slug: string }> {
    const tenantId = named === undefined ? ctx.tenantId : tenantIdOf(named);
    if (!ctx.is('operator') && (!ctx.hasTenant || tenantId !== ctx.tenantId)) {
      throw forbidden('other-tenant', 'Only operators may register service accounts for another tenant.');
    }
    const { state } = await this.events.load(tenantDecider, tenantId, tenantId);
    if (!state.isThere) throw notFound('unknown-tenant', 'There is no such tenant.');
    return { tenantId, slug: state.slug };
  }
}
