import { ProjectionAdmin } from '@guichet/event-sourcing';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, Query, type Type } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '@guichet/http-host';
import { BooleanField, UuidField } from '@guichet/http-host';
import { conflict, notFound } from '@guichet/http-host';
import {
  ChainsView,
  Consumers,
  Parked,
  ParkedEvents,
  ProjectionsView,
  RebuildState,
  Replayed,
} from './operations.views.js';
import { Rebuilds } from './rebuilds.js';

class RebuildBody {
  @BooleanField({ optional: true, description: 'Replace the live tables when it is done. Default true.' })
  swap: boolean = true;
}

const comparison = { status: 200, schema: { type: 'object', additionalProperties: true } } as const;
const conflicting = {
  status: 409,
  description: 'Another operation on the projection is under way, or the build it needs is not there.',
} as const;

/**
 * What an operator can ask of and do to the projections and parked streams of one service:
 * `/<service>/v1/operations/…`.
 * The service's module provides ProjectionAdmin.
 */
class OfTenant {
  @UuidField({ optional: true, description: 'Whose stream, where several tenants have one of this id.' })
  tenantId?: string;
}

export function operationsController(service: string): Type {
  @ApiTags('operations')
  @Roles('operator')
  @Controller(`${service}/v1/operations`)
  class OperationsHttp {
    private readonly rebuilds: Rebuilds;

    constructor(@Inject(ProjectionAdmin) private readonly admin: ProjectionAdmin) {
      this.rebuilds = new Rebuilds(admin);
    }

    @Get('consumers')
    @ApiOperation({ summary: 'How far projections and policies are behind their logs' })
    @ApiResponse({ status: 200, type: Consumers })
    async consumers(): Promise<object> {
      return { items: await this.admin.lags() };
    }

    @Get('projections')
    @ApiOperation({ summary: 'Builds of each projection, and rebuilds asked for here' })
    @ApiResponse({ status: 200, type: ProjectionsView })
    async projections(): Promise<object> {
      return { projections: await this.admin.status(), rebuilds: this.rebuilds.list() };
    }

    @Post('projections/:name/rebuild')
    @HttpCode(202)
    @ApiOperation({
      summary: 'Build a projection anew beside the live one, and swap',
      description: 'Ask `projections` for its progress.',
    })
    @ApiResponse({ status: 202, type: RebuildState })
    async rebuild(@Param('name') name: string, @Body() { swap }: RebuildBody): Promise<object> {
      await this.mustKnow(name);
      return this.rebuilds.begin(name, swap);
    }

    @Post('projections/:name/swap')
    @HttpCode(200)
    @ApiOperation({
      summary: 'Make the tables that were rebuilt the live ones',
      description: 'After a rebuild without swap. The tables of before are kept for a rollback.',
    })
    @ApiResponse({ status: 200, type: ProjectionsView })
    @ApiResponse(conflicting)
    async swap(@Param('name') name: string): Promise<object> {
      await this.mustKnow(name);
      await this.admin.swap(name);
      return this.projections();
    }

    @Post('projections/:name/rollback')
    @HttpCode(200)
    @ApiOperation({ summary: 'Bring back the tables of before the last swap' })
    @ApiResponse({ status: 200, type: ProjectionsView })
    @ApiResponse(conflicting)
    async rollback(@Param('name') name: string): Promise<object> {
      await this.mustKnow(name);
      await this.admin.rollback(name);
      return this.projections();
    }

    @Post('projections/:name/compare')
    @HttpCode(200)
    @ApiOperation({ summary: 'Compare the tables that were rebuilt with the live ones, before a swap' })
    @ApiResponse(comparison)
    @ApiResponse(conflicting)
    async compare(@Param('name') name: string): Promise<object> {
      await this.mustKnow(name);
      return this.admin.compare(name);
    }

    @Post('projections/:name/verify')
    @HttpCode(200)
    @ApiOperation({
      summary: 'Fold the log from zero and compare with the live tables',
      description: 'Removes a build that waits for its swap.',
    })
    @ApiResponse(comparison)
    @ApiResponse(conflicting)
    async verify(@Param('name') name: string): Promise<object> {
      await this.mustKnow(name);
      return this.admin.verify(name);
    }

    @Post('log/verify')
    @HttpCode(200)
    @ApiOperation({
      summary: 'Follow the chain of hashes of the service’s logs',
      description:
        'Says at which position a log was changed, cut or filled behind the service’s back. Reads all of it.',
    })
    @ApiResponse({ status: 200, type: ChainsView })
    async verifyLogs(): Promise<object> {
      return { items: await this.admin.verifyLogs() };
    }

    @Get('parked')
    @ApiOperation({ summary: 'Streams with an event that could not be applied' })
    @ApiResponse({ status: 200, type: Parked })
    async parked(): Promise<object> {
      return { items: await this.admin.parked() };
    }

    @Get('parked/:streamId')
    @ApiOperation({
      summary: 'The events of a parked stream, in order',
      description: 'Where they are and why they failed, never what they say. At most 1,000.',
    })
    @ApiResponse({ status: 200, type: ParkedEvents })
    async parkedEvents(@Param('streamId') streamId: string, @Query() { tenantId }: OfTenant): Promise<object> {
      return { items: await this.admin.parkedEvents(await this.parkedStream(streamId, tenantId)) };
    }

    @Post('parked/:streamId/replay')
    @HttpCode(200)
    @ApiOperation({ summary: 'Apply a parked stream’s events now, in order' })
    @ApiResponse({ status: 200, type: Replayed })
    async replay(@Param('streamId') streamId: string, @Query() { tenantId }: OfTenant): Promise<object> {
      const stream = await this.parkedStream(streamId, tenantId);
      return { results: await this.admin.replay(streamId, stream.tenantId), items: await this.admin.parked() };
    }

    @Post('parked/:streamId/discard')
    @HttpCode(200)
    @ApiOperation({ summary: 'Leave out the event that cannot be applied, apply the ones after it' })
    @ApiResponse({ status: 200, type: Replayed })
    async discard(@Param('streamId') streamId: string, @Query() { tenantId }: OfTenant): Promise<object> {
      const stream = await this.parkedStream(streamId, tenantId);
      return { results: await this.admin.discard(streamId, stream.tenantId), items: await this.admin.parked() };
    }

    private async mustKnow(name: string): Promise<void> {
      const known = (await this.admin.status()).map((projection) => projection.name);
      if (!known.includes(name))
        throw notFound('unknown-projection', `There is no projection ${name}. Known: ${known.join(', ')}.`);
    }

    private async parkedStream(streamId: string, tenantId?: string): Promise<{ tenantId: string; streamId: string }> {
      const parked = (await this.admin.parked()).filter((stream) => stream.streamId === streamId);
      const tenants = [...new Set(parked.map((stream) => stream.tenantId))];
      const [tenant, ...others] = tenants.filter((one) => tenantId === undefined || one === tenantId.toLowerCase());
      if (tenant === undefined) throw notFound('not-parked', `No consumer has parked the stream ${streamId}.`);
      if (others.length > 0) {
        const detail =
          `Several tenants have a parked stream ${streamId}: say which one with ?tenantId=, ` +
          `or with --tenant in the operators’ tool.`;
        throw conflict('ambiguous-stream', detail, { tenantIds: tenants });
      }
      return { tenantId: tenant, streamId };
    }
  }
  return OperationsHttp;
}
