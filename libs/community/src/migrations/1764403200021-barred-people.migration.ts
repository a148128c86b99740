import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** Who was suspended when they had their membership erased: a hash of who they are, so that they do not come back at once. */
export class BarredPeople1764403200021 extends ForwardOnly {
  readonly name = 'BarredPeople1764403200021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table barred_person (
      tenant_id uuid not null,
      subject_hash bytea not null,
      until timestamptz not null,
      primary key (tenant_id, subject_hash))`);
  }
}
