import type { ServiceEntry } from '@guichet/contracts';
import { ConfigurationError } from '@guichet/config';
import {
  EventStore,
  LogReader,
  PersonKeys,
  type Projection,
  ProjectionAdmin,
  TenantDatabase,
} from '@guichet/event-sourcing';
import { ReceivedLog, type ServiceOptions } from '@guichet/messaging';
import { type StartCheck, Standings } from '@guichet/http-host';
import { Metrics, ReadinessRegistry } from '@guichet/observability';
import { type Abstract, type DynamicModule, Module, type Provider, type Type } from '@nestjs/common';
import { ModuleRef, NestFactory } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import pg from 'pg';
import { FollowedAccounts } from './accounts/followed-accounts.runtime.js';
import {
  type DatabasePlace,
  type Migrated,
  placeOf,
  ServiceDatabase,
  takesPartInFeed,
} from './database/service-database.js';
import { Freshness } from './freshness.js';
import { TransactModule } from './http/transact.handler.js';
import { Changes } from './live/changes.js';
import { LiveViews } from './live/live-views.runtime.js';
import { feedOperationsController, OPERATED_FEED } from './operations/feed-operations.http.js';
import { operationsController } from './operations/operations.http.js';
import type { ReadModelDefinition, ServiceDefinition, ServiceSettings } from './service-definition.js';
import { ServiceRuntime } from './service.runtime.js';

/** What the host gave the service, for its providers to inject. */
export const SERVICE_SETTINGS = Symbol('service settings');

/** A service as hosts take it. */
export interface Service<Settings extends ServiceSettings = ServiceOptions> {
  readonly name: string;
  /**
   * The module that a host with PlatformModule imports.
   * @throws ConfigurationError with all that is wrong with the settings
   */
  register(settings: Settings): DynamicModule;
  /**
   * Brings a database to this version: whose it is, migrations, tables of its read models. With the owner's URL it does
   * so, without it finds out that it has been done. May be called again and again, and by several at once. Answers what
   * it has done.
   * @throws ConfigurationError naming the setting that has to be changed; nothing has been written then
   * @throws NotReady for what may mend itself (PostgreSQL is away), or is for somebody else to do
   */
  migrate(place: DatabasePlace): Promise<Migrated>;
  /** What has to be so before the module can start. */
  startChecks(settings: Settings): readonly StartCheck[];
}

/**
 * Makes a service of its entry in the table and of what is special about it. What every service has comes by itself:
 * its logs and their migrations, runners, readiness, metrics, operators' endpoints, and the order of starting and
 * stopping.
 * @throws Error where entry and definition disagree
 */
export function defineService<Settings extends ServiceSettings = ServiceOptions>(
  entry: ServiceEntry,
  definition: ServiceDefinition<Settings>,
): Service<Settings> {
  const { name } = entry;
  if ((entry.tells === undefined) !== (definition.publish === undefined))
    throw new Error(`${name}: what tells has \`tells\` in the table and \`publish\` in its definition, or neither.`);
  const controllers = [
    ...definition.controllers,
    operationsController(name),
    ...(takesPartInFeed(entry) ? [feedOperationsController(name)] : []),
  ];
  const migrate = async (place: DatabasePlace): Promise<Migrated> =>
    new ServiceDatabase({ entry, definition, projections: await projectionsOf(definition) }).bringUp(place);
  return {
    name,
    migrate,
    startChecks: (settings) => [
      { setting: 'DATABASE_URL', check: async () => void (await migrate(placeOf(settings))) },
    ],
    register: (settings) => {
      const problems = definition.problems?.(settings) ?? [];
      if (problems.length > 0) throw new ConfigurationError(problems);
      if (takesPartInFeed(entry) && settings.feed === undefined)
        throw new Error(`${name} tells or follows: it needs a feed.`);
      return {
        module: moduleNamed(name),
        imports: [CqrsModule, TransactModule],
        controllers,
        providers: [
          { provide: SERVICE_SETTINGS, useValue: settings },
          { provide: OPERATED_FEED, useValue: settings.feed },
          ...providersOf(entry, definition, settings),
          ...(entry.follows.includes('identity') ? [accountsOf(name, settings)] : []),
          ...definition.providers,
        ],
      };
    },
  };
}

/** As the module has them, without the rest of it. */
async function projectionsOf<Settings extends ServiceSettings>({
  projections,
}: ServiceDefinition<Settings>): Promise<Projection[]> {
  const providers = projections.map(({ projection }) => projection);
  const module = { module: moduleNamed('projections'), providers: [Changes, ...providers] };
  const context = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  const made = providers.map((provider) => context.get<Projection>(tokenOf(provider)));
  await context.close();
  return made;
}

const tokenOf = (provider: ReadModelDefinition['projection']) =>
  typeof provider === 'function' ? provider : provider.provide;

/** A class of its own for each host: Nest knows modules by their classes. */
function moduleNamed(service: string): Type {
  const named = { [service]: class {} }[service] as Type;
  Module({})(named);
  return named;
}

/** Who follows identity knows from what it receives whether an account may still ask. */
const accountsOf = (service: string, { pollMs }: ServiceSettings): Provider => ({
  provide: FollowedAccounts,
  useFactory: ({ pool, database, receivedLog }: ServiceRuntime, standings: Standings) => {
    const { wake } = receivedLog.reader;
    return new FollowedAccounts({ service, pool, database, table: 'received_log', wake, pollMs }, standings);
  },
  inject: [ServiceRuntime, Standings],
});

/** A part of the runtime, to be injected by its class. */
const part = <T>(token: Type<T> | Abstract<T>, of: (runtime: ServiceRuntime) => T): Provider => ({
  provide: token,
  useFactory: of,
  inject: [ServiceRuntime],
});

function providersOf<Settings extends ServiceSettings>(
  entry: ServiceEntry,
  definition: ServiceDefinition<Settings>,
  settings: Settings,
): Provider[] {
  const { policies = [], companions = [] } = definition;
  const projections = definition.projections.map(({ projection }) => projection);
  const tokens = projections.map(tokenOf);
  const runtime = {
    provide: ServiceRuntime,
    useFactory: (module: ModuleRef, metrics: Metrics, readiness: ReadinessRegistry, ...made: Projection[]) =>
      new ServiceRuntime({
        ...{ entry, definition, settings, metrics, readiness, projections: made },
        policies: () => policies.map(({ policy }) => module.get(policy)),
        companions: () => companions.map(({ companion }) => module.get(companion)),
      }),
    inject: [ModuleRef, Metrics, ReadinessRegistry, ...tokens],
  };
  return [
    ...projections,
    ...policies.map(({ policy }) => policy),
    ...companions.map(({ companion }) => companion),
    ...[runtime, Changes, LiveViews],
    part(pg.Pool, ({ pool }) => pool),
    part(EventStore, ({ events }) => events),
    part(LogReader, ({ log }) => log),
    part(ReceivedLog, ({ receivedLog }) => receivedLog),
    part(TenantDatabase, ({ database }) => database),
    part(PersonKeys, ({ personKeys }) => personKeys),
    part(ProjectionAdmin, ({ admin }) => admin),
    part(Freshness, ({ freshness }) => freshness),
  ];
}
