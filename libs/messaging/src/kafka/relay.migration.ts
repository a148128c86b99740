import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** How far a service's log has been sent to its topic. */
export class Relay1760000000004 extends ForwardOnly {
  readonly name = 'Relay1760000000004';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table relay_checkpoint (
        topic text primary key,
        partitions int not null,
        position bigint not null default 0,
        last jsonb not null default '{}',
        epoch bigint not null default 0,
        updated_at timestamptz not null default now()) with (fillfactor = 10)`);
    await runner.query(
      `comment on column relay_checkpoint.last is 'partition: position of the last record sent to it'`,
    );
    await runner.query(
      `comment on column relay_checkpoint.epoch is 'counts the holders of the lease: fences the earlier ones'`,
    );
  }
}
