import { ForwardOnly } from '@guichet/event-sourcing';
import type { QueryRunner } from 'typeorm';

/** What the issuer keeps: signing keys, sealed; its own models (sessions, grants, codes); and people's profiles. */
export class Issuer1760000100001 extends ForwardOnly {
  readonly name = 'Issuer1760000100001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table signing_key (
        key_id text primary key,
        sealed_jwk bytea not null,
        signs_from timestamptz not null unique)`);
    await runner.query(`
      create table oidc_model (
        model text not null,
        id text not null,
        payload jsonb not null,
        grant_id text,
        user_code text,
        uid text,
        expires_at timestamptz,
        consumed_at timestamptz,
        primary key (model, id))`);
    await runner.query(`create index on oidc_model (grant_id) where grant_id is not null`);
    await runner.query(`create index on oidc_model (model, user_code) where user_code is not null`);
    await runner.query(`create index on oidc_model (model, uid) where uid is not null`);
    await runner.query(`create index on oidc_model (expires_at) where expires_at is not null`);
    await runner.query(`
      create table user_profile (
        tenant_id uuid not null,
        user_id uuid not null,
        email text not null,
        name text not null,
        locale text,
        primary key (tenant_id, user_id))`);
    await runner.query(`create unique index user_profile_email on user_profile (tenant_id, lower(email))`);
    await runner.query(`alter table user_profile enable row level security`);
    await runner.query(`
      create policy tenant on user_profile
        using (tenant_id::text = current_setting('guichet.tenant_id', true))`);
  }
}
