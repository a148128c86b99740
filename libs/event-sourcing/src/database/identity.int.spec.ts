import { createTestDatabase, type TestDatabase } from '@guichet/testing';
import type { MigrationInterface, QueryRunner } from 'typeorm';
import { eventSourcingMigrations } from '../migrations/index.js';
import { createPool, withClient } from './sessions.js';
import { type Claimant, claimDatabase, ForeignDatabase, readDatabaseIdentity } from './identity.js';
import { migrate, type Migration } from './migrate.js';

class Shelves1770000000001 implements MigrationInterface {
  readonly name = 'Shelves1770000000001';
  up = (runner: QueryRunner): Promise<void> => runner.query('create table shelf (name text)') as Promise<void>;
  down = (): Promise<void> => Promise.resolve();
}

const claimant = (service: string, own: readonly Migration[] = []): Claimant => ({
  service,
  installation: 'guichet',
  migrations: [...eventSourcingMigrations, ...own],
  ownMigrations: own,
  consumers: [`projection/${service}-list`],
});
const library = claimant('library', [Shelves1770000000001]);
const museum = claimant('museum');

describe('a database', () => {
  let database: TestDatabase;
  beforeEach(async () => {
    database = await createTestDatabase('identity');
  });
  afterEach(() => database.drop());

  const claim = (by: Claimant) => claimDatabase(database.ownerUrl, by);
  const asAdmin = (statement: string) => withClient(database.adminUrl, (admin) => admin.query(statement));
  /** Everything that was created and every migration. */
  const content = async () => {
    const { rows } = await asAdmin(
      `select format('%s.%s', n.nspname, c.relname) as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname <> 'information_schema' and n.nspname !~ '^pg_' order by 1`,
    );
    return rows;
  };
  /** As a version left it that wrote down no identity. */
  const migratedBefore = (more: readonly Migration[] = []) =>
    migrate({
      url: database.ownerUrl,
      appRole: `${database.name}_app`,
      migrations: [...eventSourcingMigrations.slice(0, 5), ...more],
    });
  const refused = async (by: Claimant, ...words: string[]) => {
    const before = await content();
    const refusal = await claim(by).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(ForeignDatabase);
    for (const word of words) expect((refusal as Error).message).toContain(word);
    expect(await content()).toEqual(before);
  };

  it('that is empty is taken, and known again', async () => {
    const first = await claim(library);
    expect(first).toMatchObject({ service: 'library', installation: 'guichet' });
    expect(first.databaseId).toMatch(/^[0-9a-f-]{36}$/);
    await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations: library.migrations });
    expect(await claim(library)).toEqual(first);
    const pool = createPool({ url: database.appUrl });
    expect(await readDatabaseIdentity(pool)).toEqual(first);
    await pool.end();
  });

  it('is nobody’s before', async () => {
    const found = await withClient(database.appUrl, (app) => readDatabaseIdentity(app));
    expect(found).toBeUndefined();
  });

  it('is refused to another service, which writes nothing', async () => {
    await claim(library);
    await refused(museum, 'library', 'museum');
  });

  it('is refused to another installation', async () => {
    await claim(library);
    await refused({ ...library, installation: 'staging' }, '"guichet"', '"staging"', 'GUICHET_INSTALLATION');
  });

  it('goes to one of two services that want it at once', async () => {
    const outcomes = await Promise.allSettled([claim(library), claim(museum), claim(library), claim(museum)]);
    const winners = new Set(outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value.service] : [])));
    expect(winners.size).toBe(1);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toHaveLength(2);
  });

  it('of a version without identities is taken by the service whose migrations it has', async () => {
    await migratedBefore([Shelves1770000000001]);
    await asAdmin(
      `insert into consumer (name, slot, build, version, tables) values ('projection/x', 'live', 1, 1, '{}')`,
    );
    expect(await claim(library)).toMatchObject({ service: 'library' });
  });

  it('of a version without identities is refused to a service that lacks one of its migrations', async () => {
    await migratedBefore([Shelves1770000000001]);
    await refused(museum, 'Shelves1770000000001', 'museum');
  });

  it('of a version without identities is taken by a service without migrations of its own for its read models', async () => {
    await migratedBefore();
    const registered = (name: string) =>
      asAdmin(`insert into consumer (name, slot, build, version, tables) values ('${name}', 'live', 1, 1, '{}')`);
    await registered('projection/other-list');
    await refused(museum, 'museum');
    await refused(library, 'library');
    await asAdmin('delete from consumer');
    await registered('projection/museum-list');
    expect(await claim(museum)).toMatchObject({ service: 'museum' });
  });

  it('that holds something else is refused', async () => {
    await asAdmin('create table somebody_elses (x int)');
    await refused(library, 'not of Guichet', 'library');
  });

  it('shows its service whose it is, and lets it change nothing of that', async () => {
    await claim(library);
    await migrate({ url: database.ownerUrl, appRole: `${database.name}_app`, migrations: library.migrations });
    for (const statement of [
      `update installation.identity set service = 'museum'`,
      'delete from installation.identity',
      `insert into installation.read_model values ('x', 1, array['drop table event_log'])`,
      `update installation.read_model set statements = array['drop table event_log']`,
      'create table installation.mine (x int)',
    ])
      await expect(withClient(database.appUrl, (app) => app.query(statement))).rejects.toMatchObject({ code: '42501' });
  });
});
