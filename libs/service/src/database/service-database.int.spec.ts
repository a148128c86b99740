/** What a service does with the database it is given, before anything of it runs. */
import { randomUUID } from 'node:crypto';
import { ConfigurationError, databaseSettings } from '@guichet/config';
import { type Projection, type ProjectionTransaction, type RecordedEvent, withClient } from '@guichet/event-sourcing';
import { startTestHost, type TestHost } from '@guichet/http-host/testing';
import { NotReady } from '@guichet/observability';
import {
  createTestDatabase,
  describeWithPgBouncer,
  freePort,
  startPgBouncer,
  startFaultProxy,
  type TestDatabase,
  until,
} from '@guichet/testing';
import { defineService } from '../define-service.js';
import type { ServiceSettings } from '../service-definition.js';
import { ServiceRuntime } from '../service.runtime.js';

/** Keeps the type of each event; the second version keeps its stream, too. */
abstract class NotesProjection implements Projection {
  readonly name = 'notes';
  abstract readonly version: number;
  readonly tables = ['note'];

  ddl(schema: string): readonly string[] {
    const more = this.version > 1 ? ', stream_id text not null' : '';
    return [`create table ${schema}.note (tenant_id uuid not null, type text not null${more})`];
  }
  async apply(events: readonly RecordedEvent[], tx: ProjectionTransaction): Promise<void> {
    for (const { tenantId, type, streamId } of events)
      await (this.version > 1
        ? tx.query(`insert into ${tx.schema}.note values ($1, $2, $3)`, [tenantId, type, streamId])
        : tx.query(`insert into ${tx.schema}.note values ($1, $2)`, [tenantId, type]));
  }
}
class NotesOfVersion1 extends NotesProjection {
  readonly version = 1;
}
class NotesOfVersion2 extends NotesProjection {
  readonly version = 2;
}
const serviceOf = (name: string, projection: new () => Projection = NotesOfVersion1) =>
  defineService<ServiceSettings>(
    { name, follows: [], imports: false, database: name },
    {
      connections: 5,
      deciders: [],
      projections: [{ projection, reads: ['own'] }],
      controllers: [],
      providers: [],
    },
  );
const notes = serviceOf('notes');
const notesOfVersion2 = serviceOf('notes', NotesOfVersion2);
const letters = serviceOf('letters');

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase('notes');
});
afterEach(() => database.drop());

const both = () => ({ databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl, installation: 'guichet' });
const withoutOwner = () => ({ databaseUrl: database.appUrl, installation: 'guichet' });
const asAdmin = (statement: string) => withClient(database.adminUrl, (admin) => admin.query(statement));
const changed = (url: string, change: (url: URL) => void): string => {
  const other = new URL(url);
  change(other);
  return other.href;
};
const outcomeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => 'fine',
    (error: unknown) => error,
  );
const passwordOf = () => new URL(database.appUrl).password;
const refused = async (work: Promise<unknown>, ...words: string[]) => {
  const outcome = await outcomeOf(work);
  expect(outcome).toBeInstanceOf(ConfigurationError);
  for (const word of words) expect((outcome as Error).message).toContain(word);
  expect((outcome as Error).message).not.toContain(passwordOf());
};
const waits = async (work: Promise<unknown>, ...words: string[]) => {
  const outcome = await outcomeOf(work);
  expect(outcome).toBeInstanceOf(NotReady);
  for (const word of words) expect((outcome as Error).message).toContain(word);
};
/** All that an owner could have made, and every row of small tables. */
const content = async () => {
  const { rows: made } = await asAdmin(
    `select format('%s.%s', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' order by 1`,
  );
  return made;
};

it('migrates a database once and again', async () => {
  const { migrations } = await notes.migrate(both());
  expect(migrations).toContain('EventLog1760000000001');
  const first = await content();
  expect(first).toContainEqual({ name: 'read_model.note' });
  const again = await Promise.all([notes.migrate(both()), notes.migrate(both())]);
  expect(again).toEqual([{ migrations: [] }, { migrations: [] }]);
  expect(await content()).toEqual(first);
});

it('writes nothing to the database of another service, whichever URLs it is given', async () => {
  await letters.migrate(both());
  const before = await content();
  await refused(notes.migrate(both()), 'DATABASE_URL', 'letters', 'notes');
  await refused(notes.migrate(withoutOwner()), 'DATABASE_URL', 'letters', 'notes');
  await refused(letters.migrate({ ...both(), installation: 'staging' }), '"guichet"', '"staging"');
  expect(await content()).toEqual(before);
  const { rows } = await asAdmin('select service, installation from installation.identity');
  expect(rows).toEqual([{ service: 'letters', installation: 'guichet' }]);
});

describe('the role in DATABASE_URL', () => {
  it('must not be the owner', () =>
    refused(notes.migrate({ ...both(), databaseUrl: database.ownerUrl }), 'DATABASE_URL', 'owns the database'));

  it('must not be a superuser', () =>
    refused(notes.migrate({ ...both(), databaseUrl: database.adminUrl }), 'DATABASE_URL', 'superuser'));

  it.each([
    ['must not bypass row-level security', 'alter role %app bypassrls', 'BYPASSRLS'],
    ['must not be a member of the owner', 'grant %owner to %app', 'member of their owner'],
    ['must not write everything', 'grant pg_write_all_data to %app', 'pg_write_all_data'],
  ])('%s', async (_, statement, words) => {
    await notes.migrate(both());
    const { name } = database;
    await asAdmin(statement.replace('%app', `"${name}_app"`).replace('%owner', `"${name}_owner"`));
    await refused(notes.migrate(both()), 'DATABASE_URL', words);
    await refused(notes.migrate(withoutOwner()), 'DATABASE_URL', words);
  });

  it.each([
    ['a wrong password', (url: URL) => (url.password = 'not-the-password'), 'password'],
    ['a role that is not there', (url: URL) => (url.username = 'nobody_there'), 'DATABASE_URL'],
    ['a database that is not there', (url: URL) => (url.pathname = '/not_there'), 'no such database'],
    ['no password', (url: URL) => (url.password = ''), 'password'],
  ])('is refused with %s', async (_, change, words) => {
    await refused(notes.migrate({ ...both(), databaseUrl: changed(database.appUrl, change) }), 'DATABASE_URL', words);
    const ownerUrl = changed(database.ownerUrl, change);
    await refused(notes.migrate({ ...both(), migrationDatabaseUrl: ownerUrl }), 'MIGRATION_DATABASE_URL', words);
  });
});

it('refuses two URLs that lead to different databases, and names both', async () => {
  const other = await createTestDatabase('other');
  try {
    const outcome = notes.migrate({ ...both(), migrationDatabaseUrl: other.ownerUrl });
    await refused(outcome, 'MIGRATION_DATABASE_URL', 'different databases', database.name, other.name);
  } finally {
    await other.drop();
  }
});

it.each([
  [
    'TLS of a server that has none',
    (url: URL) => url.searchParams.set('sslmode', 'verify-full'),
    'the server has none',
  ],
  [
    'an authority that is not there',
    (url: URL) => url.searchParams.set('sslrootcert', '/nowhere/ca.pem'),
    '/nowhere/ca.pem',
  ],
])('refuses a URL that asks for %s', async (_, change, words) => {
  const overTls = (url: string) =>
    changed(url, (address) => {
      address.searchParams.delete('host'); // a socket has no TLS
      change(address);
    });
  await refused(notes.migrate({ ...both(), databaseUrl: overTls(database.appUrl) }), 'DATABASE_URL', words);
  const migrationDatabaseUrl = overTls(database.ownerUrl);
  await refused(notes.migrate({ ...both(), migrationDatabaseUrl }), 'MIGRATION_DATABASE_URL', words);
});

describeWithPgBouncer('behind PgBouncer', () => {
  it.each(['session', 'transaction'] as const)(
    'refuses either URL in mode %s, before anything is written',
    async (poolMode) => {
      const before = await content();
      for (const dropsOptions of [undefined, true] as const)
        for (const [url, setting, place] of [
          [database.appUrl, 'DATABASE_URL', 'databaseUrl'],
          [database.ownerUrl, 'MIGRATION_DATABASE_URL', 'migrationDatabaseUrl'],
        ] as const) {
          const pooler = await startPgBouncer({ url, poolMode, ...(dropsOptions && { dropsOptions }) });
          await refused(notes.migrate({ ...both(), [place]: pooler.urlFor(url) }), `${setting} leads to a pooler`);
          await pooler.stop();
        }
      expect(await content()).toEqual(before);
    },
  );
});

it('waits for a PostgreSQL that is away', async () => {
  const port = String(await freePort());
  const databaseUrl = changed(database.appUrl, (url) => (url.port = port));
  await waits(notes.migrate({ ...both(), databaseUrl }), 'cannot be reached');
});

it('takes an address through a proxy for the database that it is', async () => {
  const proxy = await startFaultProxy(database.appUrl);
  await notes.migrate({ ...both(), databaseUrl: proxy.urlFor(database.appUrl) });
  await proxy.close();
});

describe('without the owner’s URL', () => {
  let running: TestHost[];
  beforeEach(() => (running = []));
  afterEach(() => Promise.all(running.map((one) => one.stop())));

  const start = async (service: typeof notes, settings: Partial<ServiceSettings> = {}) => {
    const module = service.register({ ...withoutOwner(), ...settings });
    const host = await startTestHost([{ name: 'notes', module }]);
    running.push(host);
    return { host, runtime: host.host.app.get(ServiceRuntime, { strict: false }) };
  };
  const tenantId = randomUUID();
  const append = (runtime: ServiceRuntime, streamId: string) =>
    runtime.events.append({
      ...{ streamId, expectedVersion: 0, events: [{ type: 'Noted', data: { at: '2026-03-02T09:00:00.000Z' } }] },
      context: { tenantId, actor: { kind: 'system' }, correlationId: randomUUID() },
    });
  const shown = (runtime: ServiceRuntime, columns: string) =>
    runtime.database.query(tenantId, `select ${columns} from read_model.note order by 1`);
  const isReady = async (one: TestHost) => (await one.call('/health/ready')).status === 200;

  it('a service waits until somebody has migrated, for its version and not another', async () => {
    await waits(notes.migrate(withoutOwner()), 'guichet migrate notes');
    await notes.migrate(both());
    await notes.migrate(withoutOwner());
    await waits(notesOfVersion2.migrate(withoutOwner()), 'read models', 'guichet migrate notes');
    await notesOfVersion2.migrate(both());
    await notesOfVersion2.migrate(withoutOwner());
    await notes.migrate(withoutOwner()); // a replica of the version before
  });

  it('a service writes, rebuilds, compares, swaps and goes back', async () => {
    await notes.migrate(both());
    const { runtime } = await start(notes);
    await append(runtime, 'note-1');
    await until('it is shown', async () => (await shown(runtime, 'type')).length === 1);
    await runtime.admin.rebuild('notes');
    expect(await runtime.admin.compare('notes')).toMatchObject({ equal: true });
    await runtime.admin.swap('notes');
    expect(await shown(runtime, 'type')).toEqual([{ type: 'Noted' }]);
    await runtime.admin.rollback('notes');
    expect(await runtime.admin.verify('notes')).toMatchObject({ equal: true, tables: [{ liveRows: 1, nextRows: 1 }] });
    // Nobody sees rows without a tenant, or of another one.
    expect(await runtime.database.query(randomUUID(), 'select type from read_model.note')).toEqual([]);
    expect((await runtime.pool.query('select type from read_model.note')).rows).toEqual([]);
  }, 60_000);

  it('a service does all of it with the fewest connections that the setting allows', async () => {
    const connections = Number(/from (\d+)/.exec(databaseSettings.databaseConnections.type)?.[1]);
    await notes.migrate(both());
    const { host, runtime } = await start(notes, { connections });
    const used = async () => {
      const { rows } = await asAdmin(
        `select count(*)::int as count from pg_stat_activity where datname = current_database() and usename like '%_app'`,
      );
      return (rows[0] as { count: number }).count;
    };
    await Promise.all(Array.from({ length: 60 }, (_, i) => append(runtime, `note-${i}`)));
    await until('all are shown', async () => (await shown(runtime, 'type')).length === 60);
    await Promise.all([runtime.admin.verify('notes'), ...Array.from({ length: 60 }, () => shown(runtime, 'type'))]);
    expect(await isReady(host)).toBe(true);
    expect(await used()).toBeLessThanOrEqual(connections + 2);
  }, 60_000);

  it('a service of a new version builds its read models beside the old ones, and swaps them in', async () => {
    await notes.migrate(both());
    const old = await start(notes);
    await append(old.runtime, 'note-1');
    await notesOfVersion2.migrate(both());
    const next = await start(notesOfVersion2);
    await old.host.stop();
    await until('the new version is ready', () => isReady(next.host), 30_000);
    expect(await shown(next.runtime, 'type, stream_id')).toEqual([{ type: 'Noted', stream_id: 'note-1' }]);
    const { rows } = await asAdmin(
      `select relrowsecurity as protected, pg_get_userbyid(relowner) as owner from pg_class
        where oid in ('read_model.note'::regclass, 'read_model_previous.note'::regclass)`,
    );
    const owned = { protected: true, owner: `${database.name}_owner` };
    expect(rows).toEqual([owned, owned]);
  }, 60_000);

  it('a service can make nothing, and run nothing of its own as the owner', async () => {
    await notes.migrate(both());
    const forbidden = { code: '42501' };
    const asApp = (statement: string) => withClient(database.appUrl, (app) => app.query(statement));
    for (const statement of [
      'create table mine (x int)',
      'create table read_model.mine (x int)',
      'create table read_model_next.mine (x int)',
      'create temp table event_log (x int)',
      'create function read_model.f() returns int language sql as $$select 1$$',
      'drop table read_model.note',
      'alter table read_model.note disable row level security',
      'update event_log set version = 2',
      `insert into installation.read_model values ('notes', 3, array['drop table event_log'])`,
    ])
      await expect(asApp(statement)).rejects.toMatchObject(forbidden);
    // What the owner's functions are asked for stays among the tables of read models.
    await asApp(`select installation.drop_tables(array['event_log'], 'next')`);
    await expect(asApp(`select installation.drop_tables(array['note'], 'live')`)).rejects.toMatchObject({
      code: '22023',
    });
    await expect(asApp(`select installation.drop_tables(array['note'], 'public')`)).rejects.toMatchObject({
      code: '22023',
    });
    await expect(asApp(`select installation.move_tables(array['event_log'], 'public', 'next')`)).rejects.toThrow();
    await expect(
      asApp(`select installation.move_tables(array['note; drop table event_log'], 'live', 'next')`),
    ).rejects.toThrow('does not exist');
    await expect(asApp(`select installation.create_next_tables('notes', 99)`)).rejects.toMatchObject({ code: 'P0002' });
    expect((await asAdmin(`select to_regclass('public.event_log')::text as log`)).rows).toEqual([{ log: 'event_log' }]);
  });
});
