import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** The last ticket number of each tenant. */
export class TicketCounter1760000001001 extends ForwardOnly {
  readonly name = 'TicketCounter1760000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table ticket_counter (
      tenant_id uuid primary key,
      last bigint not null) with (fillfactor = 50)`);
  }
}
