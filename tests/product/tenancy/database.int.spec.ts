/**
 * What the databases themselves refuse, whatever the code above them forgets. Tables and roles are read from the
 * catalog.
 */
import { type ServiceName, serviceNames } from '@guichet/contracts';
import type { TestDatabase } from '@guichet/testing';
import pg from 'pg';
import { asAdmin, tablesOf } from './footprint.js';
import { Tenant } from './tenant.js';
import { startWholeProduct, type WholeProduct } from './whole-product.js';

const denied = { code: '42501' };
/** Tables that hold nothing of a tenant. Another one must have a tenant_id, or be added here with a reason. */
const withoutTenant = [
  ...['checkpoint', 'consumer', 'discarded_event', 'log_head', 'migrations'], // where runners stand, event ids
  ...['feed_checkpoint', 'feed_progress', 'relay_checkpoint', 'received_log_head'], // where feeds stand
  ...['log_mark', 'direct_writing'], // hashes of the log, and a time
  ...['identity', 'read_model'], // whose the database is, and how tables of read models are made
  'ticket_log_head', // a view: what replicas of the version before write to during an upgrade
  ...['oidc_model', 'signing_key'], // the issuer's own: grants of clients, sealed keys
];
/** Functions that work as the owner, on behalf of anybody. */
const definers = [
  'log_places', // tells positions and times
  ...['chain_of_event_log', 'chain_of_received_log'], // tell positions and hashes
  ...['append_batch', 'append_event', 'receive_batch'], // append, and do nothing else
  ...['keep_command_answer', 'refuse_answered_command'], // answers of commands
  ...['create_next_tables', 'drop_tables', 'move_tables'], // stored statements, and tables of read models only
];

let product: WholeProduct;
let acme: Tenant;
let rival: Tenant;

beforeAll(async () => {
  product = await startWholeProduct();
  [acme, rival] = [await Tenant.create(product, 'acme'), await Tenant.create(product, 'rival')];
  for (const tenant of [acme, rival]) {
    await tenant.furnish();
    await tenant.tickets([{ state: 'wrapping', agentId: `agent-${tenant.slug}` }]);
    await tenant.post('/intake/v1/tickets', { subject: tenant.marker });
  }
  await acme.settledFootprint();
}, 60_000);
afterAll(() => product.stop());

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // a refused connection tells it once more
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** As the service's role, in a transaction of this tenant that is undone. */
const asTenant = <T>(
  { appUrl }: TestDatabase,
  tenantId: string,
  work: (client: pg.Client) => Promise<T>,
  options = '',
) =>
  connected(options === '' ? appUrl : `${appUrl}?options=${encodeURIComponent(options)}`, async (client) => {
    await client.query(`begin; set local guichet.tenant_id = '${tenantId}'`);
    const answer = await work(client);
    await client.query('rollback');
    return answer;
  });

const countIn = async (client: pg.Client, table: string, where = 'true'): Promise<number> =>
  Number((await client.query<{ count: string }>(`select count(*) from ${table} where ${where}`)).rows[0]?.count);

describe.each(serviceNames)('the database of %s', (service: ServiceName) => {
  let database: TestDatabase;
  let tables: string[];
  const everyTable = async (work: (table: string) => Promise<unknown>) => {
    const got = await Promise.all(tables.map(async (table) => [table, await work(table)] as const));
    return Object.fromEntries(got);
  };
  const expected = (value: unknown) => Object.fromEntries(tables.map((table) => [table, value]));

  beforeAll(async () => {
    database = product.databases[service];
    tables = await asAdmin(database, tablesOf);
  });

  it('knows the tenant of every row of every table', async () => {
    const { rows } = await asAdmin(database, (client) =>
      client.query<{ name: string }>(
        `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.relkind in ('r', 'p', 'm', 'v') and n.nspname not in ('pg_catalog', 'information_schema')
            and not exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')`,
      ),
    );
    expect(rows.map(({ name }) => name).filter((name) => !withoutTenant.includes(name))).toEqual([]);
    expect(tables).toContain('public.event_log');
  });

  it('has row-level security on every table of tenants, binding for the service', async () => {
    const active = await connected(database.appUrl, (client) =>
      client.query<{ name: string; active: boolean; commands: string }>(
        `select format('%I.%I', n.nspname, c.relname) as name, row_security_active(c.oid) as active,
                (select string_agg(polcmd::text, '') from pg_policy where polrelid = c.oid and polpermissive) as commands
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where format('%I.%I', n.nspname, c.relname) = any($1)`,
        [tables],
      ),
    );
    const found = Object.fromEntries(active.rows.map(({ name, ...row }) => [name, row]));
    expect(found).toEqual(expected({ active: true, commands: '*' }));
  });

  it('shows nothing without a tenant', async () => {
    const seen = await everyTable((table) => connected(database.appUrl, (client) => countIn(client, table)));
    expect(seen).toEqual(expected(0));
  });

  it.each([
    ['a plain connection', ''],
    ['a connection of the service’s pool', '-c guichet.logs=all'],
  ])('shows a tenant its own rows and nobody else’s, on %s', async (_, options) => {
    const all = await everyTable((table) =>
      asAdmin(database, (client) => countIn(client, table, `tenant_id = '${acme.tenantId}'`)),
    );
    expect(await everyTable((table) => asTenant(database, acme.tenantId, (c) => countIn(c, table), options))).toEqual(
      all,
    );
    const others = await everyTable((table) =>
      asTenant(database, rival.tenantId, (c) => countIn(c, table, `tenant_id = '${acme.tenantId}'`), options),
    );
    expect(others).toEqual(expected(0));
    expect(Object.values(all).some((count) => Number(count) > 0)).toBe(true);
  });

  it('refuses to write rows of another tenant', async () => {
    for (const table of tables) {
      const { row, columns } = await asAdmin(database, async (client) => ({
        row: await rowOf(client, table, acme.tenantId),
        columns: await writableColumns(client, table),
      }));
      const own = row ?? { tenant_id: acme.tenantId };
      const insert = asTenant(database, rival.tenantId, (client) =>
        client.query(
          `insert into ${table} (${columns}) select ${columns} from jsonb_populate_record(null::${table}, $1)`,
          [own],
        ),
      );
      expect([table, await insert.then(() => 'inserted', codeOf)]).toEqual([table, '42501']);
      for (const change of [`update ${table} set tenant_id = tenant_id`, `delete from ${table}`]) {
        const where = `where tenant_id = '${acme.tenantId}'`;
        const changed = asTenant(database, rival.tenantId, (client) => client.query(`${change} ${where}`));
        expect([0, '42501']).toContain(await changed.then(({ rowCount }) => rowCount, codeOf));
      }
    }
  });

  it('lets its service do no more than it must', async () => {
    const role = decodeURIComponent(new URL(database.appUrl).username);
    const { rows } = await asAdmin(database, (client) =>
      client.query(
        `select r.rolsuper or r.rolcreatedb or r.rolcreaterole or r.rolbypassrls or r.rolreplication as attributes,
                (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships,
                (select count(*)::int from pg_class c where c.relowner = r.oid) as owned,
                has_database_privilege(r.oid, current_database(), 'CREATE, TEMP') as creates,
                (select array_agg(nspname::text) from pg_namespace n where has_schema_privilege(r.oid, n.oid, 'CREATE')) as schemas,
                (select array_agg(p.proname::text) from pg_proc p join pg_namespace n on n.oid = p.pronamespace
                  where p.prosecdef and n.nspname not in ('pg_catalog', 'information_schema')) as definers
           from pg_roles r where r.rolname = $1`,
        [role],
      ),
    );
    const { definers: found, ...may } = rows[0] as { definers: string[] | null };
    expect(may).toEqual({ attributes: false, memberships: 0, owned: 0, creates: false, schemas: null });
    expect((found ?? []).filter((name) => !definers.includes(name))).toEqual([]);
  });

  it('lets nobody but its owner change or remove events, or its tables', async () => {
    const logs = tables.filter((table) => /^public\.(?:event|received)_log$/.test(table));
    for (const log of logs) {
      for (const statement of [
        `insert into ${log} select * from ${log} where false`,
        `update ${log} set data = '{}' where false`,
        `update ${log.replace('event_log', 'log')}_head set position = 0 where false`,
        `delete from ${log} where false`,
        `truncate ${log}`,
        `drop table ${log}`,
        `alter table ${log} disable row level security`,
        `create policy mine on ${log} using (true)`,
        `create table public.mine (x int)`,
        `create temp table mine (x int)`,
        `create schema mine`,
      ])
        await expect(connected(database.appUrl, (client) => client.query(statement))).rejects.toMatchObject(denied);
    }
    expect(logs.length).toBeGreaterThan(0);
  });

  it('lets the other services’ roles not even in', async () => {
    const others = serviceNames.filter((name) => name !== service);
    for (const name of others) {
      for (const url of [product.databases[name].appUrl, product.databases[name].ownerUrl]) {
        const here = new URL(url);
        here.pathname = new URL(database.appUrl).pathname;
        const codes = await connected(here.href, () => Promise.resolve('let in')).catch(codeOf);
        expect([name, codes]).toEqual([name, '42501']);
      }
    }
  });
});

async function rowOf(client: pg.Client, table: string, tenantId: string): Promise<object | undefined> {
  const text = `select to_jsonb(t) as row from ${table} t where tenant_id = $1 limit 1`;
  return (await client.query<{ row: object }>(text, [tenantId])).rows[0]?.row;
}

/** All but the generated ones, which the database fills itself. */
async function writableColumns(client: pg.Client, table: string): Promise<string> {
  const text = `select string_agg(quote_ident(attname), ', ') as names from pg_attribute
                 where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''`;
  return (await client.query<{ names: string }>(text, [table])).rows[0]?.names ?? '';
}

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;
