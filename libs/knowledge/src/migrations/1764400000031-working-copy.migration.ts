import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** What people are writing and have not saved: plain rows, no events. */
export class WorkingCopy1764400000031 extends ForwardOnly {
  readonly name = 'WorkingCopy1764400000031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table working_copy (
      tenant_id uuid not null,
      person_id text not null,
      article_id uuid not null,
      locale text not null,
      version int not null,
      based_on int not null,
      follows int,
      title text not null,
      summary text not null,
      keywords text[] not null,
      body text not null,
      kept_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, person_id, article_id, locale))`);
    await runner.query(`create index working_copy_age on working_copy (kept_at)`);
  }
}
