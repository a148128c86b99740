import type { QueryRunner } from 'typeorm';
import { ForwardOnly } from './forward-only.js';

/** Keys of people: see PersonKeys. A key that was removed leaves its row at once, and the page it stood on soon. */
export class PersonKeys1760000000015 extends ForwardOnly {
  readonly name = 'PersonKeys1760000000015';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table person_key (
        tenant_id uuid not null,
        person_id text collate "C" not null,
        key bytea,
        made_at timestamptz not null default clock_timestamp(),
        forgotten_at timestamptz,
        primary key (tenant_id, person_id),
        constraint forgotten_or_not check ((key is null) = (forgotten_at is not null)))
      with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1)`);
  }
}
