import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** How far members have read: plain rows, no events. A level that follows from them names the figures in its event. */
export class Reading1764403200013 extends ForwardOnly {
  readonly name = 'Reading1764403200013';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table read_mark (
      tenant_id uuid not null,
      member_id uuid not null,
      topic_id uuid not null,
      posts int not null,
      seconds int not null,
      read_at timestamptz not null,
      primary key (tenant_id, member_id, topic_id))`);
    await runner.query(`create table visit_day (
      tenant_id uuid not null,
      member_id uuid not null,
      day date not null,
      primary key (tenant_id, member_id, day))`);
    await runner.query(`create table last_visit (
      tenant_id uuid not null,
      member_id uuid not null,
      read_at timestamptz not null,
      assessed_at timestamptz not null default '-infinity',
      primary key (tenant_id, member_id))`);
  }
}
