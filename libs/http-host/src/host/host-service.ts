import { KafkaFeed, type ServiceOptions } from '@guichet/messaging';
import type { DynamicModule } from '@nestjs/common';
import { databaseSettings } from '@guichet/config';
import { feedProblems, feedSettings, kafkaOptions } from '@guichet/config';
import { platformSettings } from '@guichet/config';
import { loadConfig, type Settings, type SettingsSchema } from '@guichet/config';
import { createLogger, feedLog, observeFeed } from '@guichet/observability';
import { Metrics } from '@guichet/observability';
import { NotReady, ReadinessRegistry } from '@guichet/observability';
import { issuerCheck } from '../auth/issuer.js';
import { bootstrap } from './bootstrap.js';
import { runHost } from './run-host.js';
import type { StartCheck } from './start-check.js';
import { waitUntilReady } from './waiting-host.js';

/** What a separately deployed service reads from its environment. */
export const serviceSettings = { ...platformSettings, ...databaseSettings, ...feedSettings } as const;

/** A service as `defineService` makes it. */
export interface HostableService<Options extends ServiceOptions = ServiceOptions> {
  readonly name: string;
  register(options: Options): DynamicModule;
  startChecks(options: Options): readonly StartCheck[];
}

/** What is special about hosting a service. */
export interface Hosting<Options extends ServiceOptions, Own extends SettingsSchema> {
  /** What the service reads beside what every service reads. */
  readonly settings: Own;
  options(common: ServiceOptions, settings: Settings<typeof platformSettings> & Settings<Own>): Options;
  /** Nobody else issues the tokens that it checks: it cannot wait for itself. */
  readonly isIssuer: boolean;
}

/**
 * The whole main function of a service that is deployed on its own: settings, waiting for what it stands on, Kafka,
 * database, HTTP.
 */
export function hostService(service: HostableService): void;
export function hostService<Options extends ServiceOptions, Own extends SettingsSchema>(
  service: HostableService<Options>,
  hosting: Hosting<Options, Own>,
): void;
export function hostService<Options extends ServiceOptions, Own extends SettingsSchema>(
  service: HostableService<Options>,
  hosting?: Hosting<Options, Own>,
): void {
  if (hosting === undefined) host(service, { settings: {}, options: (common) => common, isIssuer: false });
  else host(service, hosting);
}

function host<Options extends ServiceOptions, Own extends SettingsSchema>(
  service: HostableService<Options>,
  hosting: Hosting<Options, Own>,
): void {
  const { name } = service;
  runHost({ name, logFormat: 'json' }, async (signal) => {
    // Together, so that all that is wrong is said at once.
    const schema = { ...serviceSettings, ...hosting.settings };
    const settings = loadConfig<typeof serviceSettings>(schema, process.env, feedProblems);
    const { databaseUrl, migrationDatabaseUrl, databaseConnections: connections, installation } = settings;
    const feed = new KafkaFeed({ ...kafkaOptions(settings, name), observe: feedLog() });
    const common = { databaseUrl, migrationDatabaseUrl, connections, installation, feed };
    const options = hosting.options(common, settings as typeof settings & Settings<Own>);
    const checks = [...service.startChecks(options), ...(hosting.isIssuer ? [] : [issuerCheck(settings)])];
    await waitUntilReady(checks, { ...settings, log: createLogger(name, settings), signal });
    const running = await bootstrap({ services: [{ name, module: service.register(options) }], settings });
    observeFeed(running.app.get(Metrics), feed);
    // Only a new start helps a consumer that has crashed: the orchestrator learns it from /health/live.
    running.app.get(ReadinessRegistry).registerLiveness('feed', () => {
      if (!feed.live) throw new NotReady('it follows no more');
    });
    return running;
  });
}
