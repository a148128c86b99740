import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** Whom members follow, and what they are told: plain rows, no events, and no text of anybody. */
export class Notice1764403200031 extends ForwardOnly {
  readonly name = 'Notice1764403200031';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table subscription (
      tenant_id uuid not null,
      member_id uuid not null,
      target_id uuid not null,
      level text not null,
      primary key (tenant_id, member_id, target_id))`);
    await runner.query('create index on subscription (tenant_id, target_id)');
    // One a cause, however often the cause comes; what is told of a topic adds to what is not read yet.
    await runner.query(`create table notice (
      tenant_id uuid not null,
      member_id uuid not null,
      notice_id uuid not null,
      kind text not null,
      topic_id uuid not null,
      post_id uuid not null,
      events int not null,
      first_position bigint not null,
      last_position bigint not null,
      told_at timestamptz not null,
      read_at timestamptz,
      primary key (tenant_id, notice_id),
      unique (tenant_id, member_id, topic_id, kind, first_position))`);
    await runner.query('create index on notice (tenant_id, member_id, last_position desc)');
  }
}
