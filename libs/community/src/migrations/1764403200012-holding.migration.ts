import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/**
 * What a new post is compared with: hashes of the last ones, and domains that visible ones have named; and which forms
 * were sent. Plain rows, no events: what they led to stands in the event of the post.
 */
export class Holding1764403200012 extends ForwardOnly {
  readonly name = 'Holding1764403200012';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table post_print (
      tenant_id uuid not null,
      post_id uuid not null,
      simhash bigint not null,
      noted_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, post_id))`);
    await runner.query(`create index post_print_newest on post_print (tenant_id, noted_at desc)`);
    await runner.query(`create table seen_domain (
      tenant_id uuid not null,
      domain text not null,
      primary key (tenant_id, domain))`);
    await runner.query(`create table used_form (
      tenant_id uuid not null,
      form_id uuid not null,
      used_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, form_id))`);
    await runner.query(`create index used_form_age on used_form (tenant_id, used_at)`);
  }
}
