/** Whether a service's URLs lead where they have to, as the roles they have to. Asks, and writes nothing. */
import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { withClient } from './sessions.js';

interface Rights {
  readonly role: string;
  readonly database: string;
  readonly superuser: boolean;
  readonly bypassesRowSecurity: boolean;
  readonly owns: boolean;
  readonly writesEverything: boolean;
}

/** `pg_has_role` counts memberships of memberships, too. A table's owner is not bound by the policies on it. */
const rights = `
  select current_user as role, current_database() as database, r.rolsuper as superuser,
         r.rolbypassrls as "bypassesRowSecurity",
         pg_has_role(current_user, 'pg_write_all_data', 'member') as "writesEverything",
         pg_has_role(current_user, d.datdba, 'member') or exists (
           select from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where n.nspname in ('public', 'installation', 'read_model') and c.relkind in ('r', 'p')
              and pg_has_role(current_user, c.relowner, 'member')) as owns
    from pg_roles r, pg_database d
   where r.rolname = current_user and d.datname = current_database()`;

/**
 * Why the role of a connection must not be what a service runs as; undefined for one that may. The sentence goes on
 * after the setting's name.
 */
export async function roleProblem(app: pg.ClientBase): Promise<string | undefined> {
  const { rows } = await app.query<Rights>(rights);
  const [found] = rows;
  if (!found) return 'names a role that PostgreSQL does not list';
  const { role, database, superuser, bypassesRowSecurity, owns, writesEverything } = found;
  const why =
    (superuser && 'is a superuser') ||
    (bypassesRowSecurity && 'has BYPASSRLS') ||
    (owns && `owns the database ${database} or tables in it, or is a member of their owner`) ||
    (writesEverything && 'is a member of pg_write_all_data');
  if (why === false) return undefined;
  return `names the role ${role}, which ${why}: it could change the log and read every tenant. A service runs as a role that has no right but CONNECT; the migration gives it what it needs`;
}

/**
 * Whether two URLs lead to one database, whatever is between it and them: what one session locks, the other cannot. A
 * lock of a transaction, so that it works through a pooler as well.
 */
export function areSameDatabase(oneUrl: string, otherUrl: string): Promise<boolean> {
  const key = randomInt(2 ** 47);
  return withClient(oneUrl, (one) =>
    withClient(otherUrl, async (other) => {
      await one.query('begin');
      await one.query('select pg_advisory_xact_lock($1)', [key]);
      const { rows } = await other.query<{ free: boolean }>('select pg_try_advisory_xact_lock($1) as free', [key]);
      await one.query('rollback');
      return rows[0]?.free === false;
    }),
  );
}
