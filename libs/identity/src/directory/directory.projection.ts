import type { Projection, ProjectionTransaction, RecordedEvent } from '@guichet/event-sourcing';
import type { ClientEvent } from '../client/client.js';
import type { TenantEvent } from '../tenant/tenant.js';
import type { UserEvent } from '../user/user.js';

type DirectoryEvent = TenantEvent | UserEvent | ClientEvent;

/** Tenants, people and service accounts as lists. What tokens depend on is read from the streams, not from here. */
export class DirectoryProjection implements Projection {
  readonly name = 'directory';
  readonly version = 2;
  readonly tables = ['tenant', 'person', 'client'];

  ddl(schema: string): readonly string[] {
    return [
      `create table ${schema}.tenant (
         tenant_id uuid primary key, slug text not null unique, name text not null, time_zone text not null,
         created_at timestamptz not null)`,
      `create table ${schema}.person (
         tenant_id uuid not null, user_id uuid not null, roles text[] not null, invited_at timestamptz not null,
         disabled_at timestamptz, primary key (tenant_id, user_id))`,
      `create table ${schema}.client (
         tenant_id uuid not null, stream_id text not null, client_id text not null, name text not null,
         roles text[] not null, registered_at timestamptz not null, disabled_at timestamptz,
         primary key (tenant_id, stream_id))`,
    ];
  }

  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const event of events) {
      await applyOne({ type: event.type, data: event.data } as DirectoryEvent, event, tx);
    }
  }
}

async function applyOne(
  { type, data }: DirectoryEvent,
  { tenantId, streamId }: RecordedEvent,
  tx: ProjectionTransaction,
): Promise<void> {
  const { schema } = tx;
  const userId = streamId.slice('user-'.length);
  switch (type) {
    case 'TenantCreated':
      await tx.query(`insert into ${schema}.tenant values ($1, $2, $3, $4, $5)`, [
        ...[tenantId, data.slug, data.name, data.timeZone, data.at],
      ]);
      return;
    case 'UserInvited':
      await tx.query(`insert into ${schema}.person values ($1, $2, '{}', $3, null)`, [tenantId, userId, data.at]);
      return;
    case 'RoleGranted':
      await tx.query(
        `update ${schema}.person set roles = array_append(roles, $3) where tenant_id = $1 and user_id = $2`,
        [...[tenantId, userId, data.role]],
      );
      return;
    case 'RoleRevoked':
      await tx.query(
        `update ${schema}.person set roles = array_remove(roles, $3) where tenant_id = $1 and user_id = $2`,
        [...[tenantId, userId, data.role]],
      );
      return;
    case 'UserDisabled':
    case 'UserEnabled':
      await tx.query(`update ${schema}.person set disabled_at = $3 where tenant_id = $1 and user_id = $2`, [
        ...[tenantId, userId, type === 'UserDisabled' ? data.at : null],
      ]);
      return;
    case 'RoleSourceChosen':
      return;
    case 'ClientRegistered':
      await tx.query(
        `insert into ${schema}.client
         select $1, $2, (select slug from ${schema}.tenant where tenant_id = $1) || '.' || $3, $3, $4, $5
         on conflict (tenant_id, stream_id) do update
           set roles = excluded.roles, registered_at = excluded.registered_at, disabled_at = null`,
        [tenantId, streamId, data.name, [...data.roles], data.at],
      );
      return;
    case 'ClientSecretRenewed':
      return;
    case 'ClientDisabled':
      await tx.query(`update ${schema}.client set disabled_at = $3 where tenant_id = $1 and stream_id = $2`, [
        ...[tenantId, streamId, data.at],
      ]);
      return;
  }
}
