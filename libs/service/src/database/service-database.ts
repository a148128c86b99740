/** Brings a service's database to the service's version, or finds out that somebody has done so. */
import { ConfigurationError } from '@guichet/config';
import { defaultInstallation, type ServiceEntry } from '@guichet/contracts';
import {
  areSameDatabase,
  claimDatabase,
  eventSourcingMigrations,
  ForeignDatabase,
  migrate,
  type Migration,
  missingMigrations,
  mustBelongTo,
  prepareReadModels,
  type Projection,
  readDatabaseIdentity,
  roleOf,
  roleProblem,
  sessionProblem,
  sqlState,
  unpreparedReadModels,
  withClient,
} from '@guichet/event-sourcing';
import { receivedLogMigrations } from '@guichet/messaging';
import { NotReady } from '@guichet/observability';
import type pg from 'pg';
import type { ServiceDefinition, ServiceSettings } from '../service-definition.js';
import { explained } from './explained.js';

/** Where a service's database is, and whose it has to be. */
export interface DatabasePlace {
  /** The database as the role that the service runs as. */
  readonly databaseUrl: string;
  /** The same database as its owner; without it nothing is migrated. */
  readonly migrationDatabaseUrl?: string | undefined;
  /** Of the installation that the service belongs to. */
  readonly installation: string;
}

/** What was done to a database. */
export interface Migrated {
  /** Names of migrations, in their order. */
  readonly migrations: readonly string[];
}

/** A service, as far as its database has to do with it. */
export interface DatabaseContent {
  readonly entry: ServiceEntry;
  readonly definition: Pick<ServiceDefinition, 'migrations' | 'projections' | 'policies'>;
  /** In the order of the definition. */
  readonly projections: readonly Projection[];
}

/** Where the settings of a service say that its database is. */
export const placeOf = (settings: ServiceSettings): DatabasePlace => {
  const { databaseUrl, migrationDatabaseUrl, installation = defaultInstallation } = settings;
  return { databaseUrl, migrationDatabaseUrl, installation };
};

/** Whether it tells anybody anything, or follows anybody. */
export const takesPartInFeed = ({ tells, follows }: ServiceEntry): boolean => tells !== undefined || follows.length > 0;

export class ServiceDatabase {
  private readonly migrations: readonly Migration[];

  constructor(private readonly content: DatabaseContent) {
    const { entry, definition } = content;
    this.migrations = [
      ...eventSourcingMigrations,
      ...(takesPartInFeed(entry) ? receivedLogMigrations : []),
      ...(definition.migrations ?? []),
    ];
  }

  /**
   * With the owner's URL: takes or recognises the database, migrates it, prepares its read models. Without: finds out
   * that this has been done. Several processes may call it at once, and again and again. Answers what it has done.
   * @throws ConfigurationError naming the setting that has to be changed; nothing has been written then
   * @throws NotReady for what may mend itself, or is for somebody else to do
   */
  async bringUp(place: DatabasePlace): Promise<Migrated> {
    await this.mustFit(place);
    const { databaseUrl, migrationDatabaseUrl: ownerUrl } = place;
    if (ownerUrl === undefined) {
      await explained('DATABASE_URL', () => this.mustBeUp(databaseUrl));
      return { migrations: [] };
    }
    const { projections, definition } = this.content;
    const appRole = roleOf(databaseUrl);
    return explained('MIGRATION_DATABASE_URL', async () => {
      await claimDatabase(ownerUrl, this.claimant(place)).catch(rethrowNamed('MIGRATION_DATABASE_URL'));
      const migrations = await migrate({ url: ownerUrl, appRole, migrations: this.migrations });
      const readModels = projections.map((projection, i) => ({
        projection,
        logs: definition.projections[i]?.reads ?? [],
      }));
      await prepareReadModels({ url: ownerUrl, appRole, readModels });
      return { migrations };
    });
  }

  private async mustFit(place: DatabasePlace): Promise<void> {
    const { databaseUrl, migrationDatabaseUrl: ownerUrl } = place;
    await mustHaveSessions('DATABASE_URL', databaseUrl);
    await explained('DATABASE_URL', () =>
      withClient(databaseUrl, async (app) => {
        const problem = await roleProblem(app);
        if (problem !== undefined) throw new ConfigurationError([`DATABASE_URL ${problem}.`]);
        const identity = await readDatabaseIdentity(app).catch((error: unknown) => {
          // A role that the owner has given nothing yet.
          if (sqlState(error) === '42501') return undefined;
          throw error;
        });
        if (identity) mustBelongTo({ service: this.content.entry.name, installation: place.installation }, identity);
      }).catch(rethrowNamed('DATABASE_URL')),
    );
    if (ownerUrl === undefined) return;
    await mustHaveSessions('MIGRATION_DATABASE_URL', ownerUrl);
    const same = await explained('MIGRATION_DATABASE_URL', () => areSameDatabase(ownerUrl, databaseUrl));
    if (!same)
      throw new ConfigurationError([
        `DATABASE_URL (${withoutRole(databaseUrl)}) and MIGRATION_DATABASE_URL (${withoutRole(ownerUrl)}) lead to different databases.`,
      ]);
  }

  private async mustBeUp(databaseUrl: string): Promise<void> {
    const { name } = this.content.entry;
    const run = `run \`guichet migrate ${name}\``;
    await withClient(databaseUrl, async (app) => {
      const lacks = await this.whatIsMissing(app).catch((error: unknown) => {
        // The migration, which may be under way, ends with giving the role its rights.
        if (sqlState(error) === '42501') return `rights of the role (${(error as Error).message})`;
        throw error;
      });
      if (lacks !== undefined) throw new NotReady(`the database lacks ${lacks}: ${run}`);
    });
  }

  private async whatIsMissing(app: pg.ClientBase): Promise<string | undefined> {
    const { entry, projections } = this.content;
    const missing = await missingMigrations(app, this.migrations);
    if (missing.length > 0) return `${missing.length} migrations of this version`;
    if (!(await readDatabaseIdentity(app))) return `the record that it is the one of ${entry.name}`;
    const unprepared = await unpreparedReadModels(app, projections);
    return unprepared.length > 0 ? `the read models of this version (${unprepared.join(', ')})` : undefined;
  }

  private claimant({ installation }: DatabasePlace) {
    const { entry, definition, projections } = this.content;
    return {
      service: entry.name,
      installation,
      migrations: this.migrations,
      ownMigrations: definition.migrations ?? [],
      consumers: [
        ...projections.map(({ name }) => `projection/${name}`),
        ...(definition.policies ?? []).map(({ name }) => `policy/${name}`),
      ],
    };
  }
}

const mustHaveSessions = (setting: string, url: string): Promise<void> =>
  explained(setting, async () => {
    const problem = await sessionProblem(url);
    if (problem !== undefined) throw new ConfigurationError([`${setting} ${problem}`]);
  });

const rethrowNamed =
  (setting: string) =>
  (error: unknown): never => {
    if (error instanceof ForeignDatabase) throw new ConfigurationError([`${setting} leads to ${error.message}`]);
    throw error;
  };

/** A URL without who asks and the password. */
function withoutRole(url: string): string {
  const { host, pathname } = new URL(url);
  return `${host}${pathname}`;
}
