/**
 * The least that could do the same: Nest and Fastify as their documentation has them, and one statement of pg a
 * request, on copies of the product's tables with all their indexes (schema `bare`). Nothing is checked, nobody is
 * known, nothing follows from it.
 */
import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import { Body, Controller, Get, HttpCode, Inject, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';

const insert = {
  name: 'insert',
  text: `insert into bare.event_log (position, event_id, tenant_id, stream_id, version, type, schema_version, data, metadata, occurred_at, recorded_at)
         values (nextval('bare.position'), $1, $2, $3, 1, $4, 1, $5, $6, now(), now()) returning position`,
};
const tenantId = process.env['BARE_TENANT'];

@Controller()
class Bare {
  constructor(@Inject(pg.Pool) private readonly pool: pg.Pool) {}

  @Post('tickets')
  open(@Body() body: object) {
    const ticketId = randomUUID();
    return this.store(ticketId, `ticket-${ticketId}`, 'TicketOpened', body);
  }

  @Post('tickets/:ticketId/transfers')
  @HttpCode(200)
  transfer(@Param('ticketId') ticketId: string, @Body() body: object) {
    return this.store(ticketId, `handling-${randomUUID()}`, 'TicketTransferred', body);
  }

  @Get('departments/:departmentId/queue')
  async queue(@Param('departmentId') departmentId: string) {
    const { rows } = await this.pool.query<object>({
      name: 'queue',
      text: `select * from bare.ticket where tenant_id = $1 and queue = $2 and in_queue
              order by urgency, queued_at, ticket_id limit 21`,
      values: [tenantId, departmentId],
    });
    return { items: rows };
  }

  @Get('tickets/:ticketId/timeline')
  async timeline(@Param('ticketId') ticketId: string) {
    const { rows } = await this.pool.query<object>({
      name: 'timeline',
      text: 'select * from bare.event_log where stream_id = any($1) order by occurred_at limit 51',
      values: [[`handling-${ticketId}`, `ticket-${ticketId}`]],
    });
    return { items: rows };
  }

  private async store(ticketId: string, streamId: string, type: string, body: object) {
    const actor = { kind: 'agent', id: 'bare' };
    const values = [randomUUID(), tenantId, streamId, type, { ticketId, ...body }, { actor }];
    const { rows } = await this.pool.query<{ position: string }>({ ...insert, values });
    return { ticketId, version: 1, position: rows[0]?.position };
  }
}

const pool = new pg.Pool({ connectionString: process.env['BARE_DATABASE_URL'], max: 20 });

@Module({ controllers: [Bare], providers: [{ provide: pg.Pool, useValue: pool }] })
class BareModule {}

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: ['error'] });
await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' });
process.once('SIGTERM', () => void app.close().then(() => pool.end()));
