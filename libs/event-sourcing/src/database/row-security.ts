import type pg from 'pg';

// Asked once per statement, not once per row. Without the setting (or after it was local to a transaction: '') nobody
// sees anything.
const tenantSetting = `(select current_setting('guichet.tenant_id', true))`;

/** Rows of the transaction's tenant (setting `guichet.tenant_id`); `*` stands for all tenants. */
const ownRows = `${tenantSetting} = '*' or tenant_id = (select nullif(nullif(${tenantSetting}, '*'), '')::uuid)`;

/**
 * Outside of any tenant's transaction, the service's own work (appending, relaying, projecting) needs the whole log:
 * its pool says so when it connects, see `serviceSession`. Inside a tenant's transaction that counts for nothing.
 */
const wholeLog = `(select current_setting('guichet.logs', true) = 'all' and coalesce(current_setting('guichet.tenant_id', true), '') = '')`;

/** Start-up options of a connection that does the service's own work. */
export const serviceSession = '-c guichet.logs=all';

/**
 * Statements that put a read model's table under its policy: nothing without a tenant. `name` is quoted where it needs
 * to be.
 */
export const protectionOf = (name: string): readonly string[] => protection(name, ownRows);

/**
 * Puts every table of the schema public that has a tenant_id under row-level security, unless it has a policy of its
 * own: a table that a migration adds cannot be forgotten.
 */
export async function protectTenantTables(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(c.relname) as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and pg_get_userbyid(c.relowner) = current_user
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
        and not (c.relrowsecurity and exists (select from pg_policy p where p.polrelid = c.oid))`,
  );
  for (const { name } of rows)
    for (const statement of protection(`public.${name}`, `${wholeLog} or ${ownRows}`)) await client.query(statement);
}

const protection = (name: string, visible: string): readonly string[] => [
  `alter table ${name} enable row level security`,
  `create policy own_tenant on ${name} using (${visible}) with check (${visible})`,
];
