import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** What the store of files may hold, and when somebody looks next whether it is still needed; null: it stays. */
export class StoredFile1764400000021 extends ForwardOnly {
  readonly name = 'StoredFile1764400000021';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table stored_file (
      tenant_id uuid not null, file_id uuid not null, look_at timestamptz, primary key (tenant_id, file_id))`);
    await runner.query('create index on stored_file (look_at) where look_at is not null');
  }
}
