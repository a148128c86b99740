import { type Source, sources } from '@guichet/contracts';
import type { FeedEngine } from '@guichet/messaging';
import { Body, Controller, Get, HttpCode, Inject, Param, Post, type Type } from '@nestjs/common';
import { ApiOperation, ApiProperty, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Roles } from '@guichet/http-host';
import { BooleanField } from '@guichet/http-host';
import { notFound } from '@guichet/http-host';

/** Provide the service's feed engine under this token. */
export const OPERATED_FEED = Symbol('operated feed');

class ResumeBody {
  @BooleanField({
    optional: true,
    description: 'Pass over what does not fit, for a source that is republished. Default false.',
  })
  search: boolean = false;
}
class Resumed {
  @ApiProperty({ type: 'integer', description: 'Partitions of this replica that stood still and flow again.' })
  partitions: number;
}

/** What an operator can ask of and do to the feed of one service: `/<service>/v1/operations/feed…`. */
export function feedOperationsController(service: string): Type {
  @ApiTags('operations')
  @Roles('operator')
  @Controller(`${service}/v1/operations/feed`)
  class FeedOperationsHttp {
    constructor(@Inject(OPERATED_FEED) private readonly feed: FeedEngine) {}

    @Get()
    @ApiOperation({ summary: 'Where publishing and following stand, and what is wrong' })
    @ApiResponse({ status: 200, schema: { type: 'object', additionalProperties: true } })
    status(): Promise<object> {
      return this.feed.status();
    }

    @Post(':source/resume')
    @HttpCode(200)
    @ApiOperation({
      summary: 'Let halted partitions flow again',
      description: 'For the partitions this replica follows.',
    })
    @ApiResponse({ status: 200, type: Resumed })
    async resume(@Param('source') source: string, @Body() { search }: ResumeBody): Promise<Resumed> {
      return { partitions: await this.feed.resume(knownSource(source), { search }) };
    }

    @Post(':source/republish')
    @HttpCode(202)
    @ApiOperation({
      summary: 'Send the whole log of this service once more',
      description: 'Followers drop what they have.',
    })
    @ApiResponse({ status: 202, description: 'The relay begins at the beginning.' })
    async republish(@Param('source') source: string): Promise<void> {
      await this.feed.republish(knownSource(source));
    }
  }
  return FeedOperationsHttp;
}

function knownSource(source: string): Source {
  const known = sources.find((one) => one === source);
  if (known === undefined)
    throw notFound('unknown-source', `There is no source ${source}. Known: ${sources.join(', ')}.`);
  return known;
}
