import { inTransaction, TenantDatabase } from '@guichet/event-sourcing';
import { Injectable } from '@nestjs/common';
import pg from 'pg';

export interface TenantView {
  readonly tenantId: string;
  readonly slug: string;
  readonly name: string;
  readonly timeZone: string;
  readonly createdAt: string;
}
export interface PersonView {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
  readonly locale: string | null;
  readonly roles: readonly string[];
  readonly disabled: boolean;
}
export interface ClientView {
  readonly clientId: string;
  readonly name: string;
  readonly roles: readonly string[];
  readonly registeredAt: string;
}

const utc = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** Pages are cut by what they are ordered by: `after` is the last value of the page before, '' at the beginning. */
@Injectable()
export class Directory {
  constructor(
    private readonly pool: pg.Pool,
    private readonly database: TenantDatabase,
  ) {}

  /** All tenants, by slug: for operators only. */
  async tenants(after: string, limit: number): Promise<readonly TenantView[]> {
    const query = `
      select tenant_id as "tenantId", slug, name, time_zone as "timeZone", ${utc('created_at')} as "createdAt"
        from read_model.tenant where slug collate "C" > $1 order by slug collate "C" limit $2`;
    // The one place that looks across tenants.
    const begin = `begin read only; set local guichet.tenant_id = '*'`;
    return inTransaction(
      this.pool,
      begin,
      async (client) => (await client.query<TenantView>(query, [after, limit])).rows,
    );
  }

  /** The people of a tenant, by e-mail address. */
  people(tenantId: string, after: string, limit: number): Promise<readonly PersonView[]> {
    return this.database.query<PersonView & Record<string, unknown>>(
      tenantId,
      `select p.user_id as "userId", u.name, u.email, u.locale, p.roles,
              p.disabled_at is not null as disabled
         from read_model.person p join user_profile u using (tenant_id, user_id)
        where p.tenant_id = $1 and lower(u.email) collate "C" > $2
        order by lower(u.email) collate "C" limit $3`,
      [tenantId, after, limit],
    );
  }

  /** The service accounts of a tenant, by name. */
  clients(tenantId: string, after: string, limit: number): Promise<readonly ClientView[]> {
    return this.database.query<ClientView & Record<string, unknown>>(
      tenantId,
      `select client_id as "clientId", name, roles, ${utc('registered_at')} as "registeredAt"
         from read_model.client where tenant_id = $1 and disabled_at is null and name collate "C" > $2
        order by name collate "C" limit $3`,
      [tenantId, after, limit],
    );
  }
}
