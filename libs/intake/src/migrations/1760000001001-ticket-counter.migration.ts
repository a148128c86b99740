import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The last ticket number of each tenant. */
export class TicketCounter1760000001001 implements MigrationInterface {
  readonly name = 'TicketCounter1760000001001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table ticket_counter (
      tenant_id uuid primary key,
      last bigint not null) with (fillfactor = 50)`);
  }

  /** TypeORM asks for a way back; there is none. */
  down(): Promise<never> {
    return Promise.reject(new Error('Migrations only go forward: write another one.'));
  }
}
