import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** The last article number of each tenant. */
export class ArticleCounter1764400000001 extends ForwardOnly {
  readonly name = 'ArticleCounter1764400000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table article_counter (
      tenant_id uuid primary key,
      last bigint not null) with (fillfactor = 50)`);
  }
}
