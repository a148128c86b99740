import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** The last topic number of each tenant. */
export class TopicCounter1764403200001 extends ForwardOnly {
  readonly name = 'TopicCounter1764403200001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table topic_counter (
      tenant_id uuid primary key,
      last bigint not null) with (fillfactor = 50)`);
  }
}
