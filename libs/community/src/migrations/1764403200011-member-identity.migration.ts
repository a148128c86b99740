import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** Which person is which member: plain rows, no events, so that an erasure leaves nothing that leads from one to the other. */
export class MemberIdentity1764403200011 extends ForwardOnly {
  readonly name = 'MemberIdentity1764403200011';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`create table member_identity (
      tenant_id uuid not null,
      subject text not null,
      member_id uuid not null,
      joined_at timestamptz not null default clock_timestamp(),
      primary key (tenant_id, subject),
      unique (tenant_id, member_id))`);
  }
}
