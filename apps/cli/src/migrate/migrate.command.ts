/** `guichet migrate <service>`: brings a service's database to this version, as a job. */
import { databaseSettings, installationSettings, loadConfig, type Settings } from '@guichet/config';
import type { EveryService, ServiceName } from '@guichet/contracts';
import type { Service } from '@guichet/service';
import { called, type Command, type ErrorRules, exitCodes, parseOptions, UsageError } from '../command-line.js';
import { exactly, knownService } from '../ops/command.js';

const usage = `Brings the database of a service to the version of this program: its migrations, and tables for its read models.

  ${called('migrate')} <service>

The settings are those of the service, or files that hold them (DATABASE_URL_FILE, …):
  DATABASE_URL            the database as the role that the service runs as
  MIGRATION_DATABASE_URL  the same database as its owner
  GUICHET_INSTALLATION    the installation that it belongs to, where it has a name

It may run again and again, and several at once: one works, the others wait. Services of the version before go on meanwhile. It prints the
migrations that it has done, one a line.

Exit code 0: the database is of this version; 1: failed, what was done stays, run it again; 2: the command or a setting is wrong.
`;

type Migrated = Pick<Service, 'migrate'>;

/** One service's code is loaded, not everybody's. */
const load: EveryService<() => Promise<Migrated>> = {
  identity: async () => (await import('@guichet/identity')).IdentityModule,
  intake: async () => (await import('@guichet/intake')).IntakeModule,
  routing: async () => (await import('@guichet/routing')).RoutingModule,
  knowledge: async () => (await import('@guichet/knowledge')).KnowledgeModule,
  community: async () => (await import('@guichet/community')).CommunityModule,
  analytics: async () => (await import('@guichet/analytics')).AnalyticsModule,
};

const schema = { ...databaseSettings, ...installationSettings } as const;

const ownerMissing = ({ migrationDatabaseUrl }: Settings<typeof schema>): readonly string[] =>
  migrationDatabaseUrl === undefined
    ? ['MIGRATION_DATABASE_URL is missing: only the owner of a database can migrate it.']
    : [];

export const command: Command = {
  usage,
  run: async (argv, { env, say }) => {
    const { values, positionals } = parseOptions(argv, {});
    if (values.help === true) return (say(usage), exitCodes.fine);
    if (positionals.length > 1) throw new UsageError('One service at a time: each has a database of its own.');
    const service = knownService(exactly(['service'] as const, positionals)[0]) as ServiceName;
    const { databaseUrl, migrationDatabaseUrl, installation } = loadConfig(schema, env, ownerMissing);
    const { migrate } = await load[service]();
    const { migrations } = await migrate({ databaseUrl, migrationDatabaseUrl, installation });
    say(
      migrations.length === 0
        ? `${service}: nothing to do`
        : migrations.map((name) => `${service}: ${name}`).join('\n'),
    );
    return exitCodes.fine;
  },
};

export const errors: ErrorRules = {
  isUsage: (error) => error instanceof Error && error.name === 'ConfigurationError',
  isExpected: (error) => error instanceof Error && error.name === 'NotReady',
};
