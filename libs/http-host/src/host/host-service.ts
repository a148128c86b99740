import { KafkaFeed, type ServiceOptions } from '@guichet/messaging';
import type { DynamicModule } from '@nestjs/common';
import { databaseSettings } from '@guichet/config';
import { feedProblems, feedSettings, kafkaOptions } from '@guichet/config';
import { platformSettings } from '@guichet/config';
import { loadConfig, type Settings, type SettingsSchema } from '@guichet/config';
import { feedLog, observeFeed } from '@guichet/observability';
import { Metrics } from '@guichet/observability';
import { NotReady, ReadinessRegistry } from '@guichet/observability';
import { bootstrap } from './bootstrap.js';
import { runHost } from './run-host.js';

/** What a separately deployed service reads from its environment. */
export const serviceSettings = { ...platformSettings, ...databaseSettings, ...feedSettings } as const;

type PlatformSchema = typeof platformSettings;

/**
 * The whole main function of a service that is deployed on its own: settings, Kafka, database, HTTP.
 * @param own what the service reads beside what every service reads.
 */
export function hostService(name: string, register: (options: ServiceOptions) => DynamicModule): void;
export function hostService<Own extends SettingsSchema>(
  name: string,
  register: (options: ServiceOptions, settings: Settings<PlatformSchema> & Settings<Own>) => DynamicModule,
  own: Own,
): void;
export function hostService<Own extends SettingsSchema>(
  name: string,
  register: (options: ServiceOptions, settings: Settings<PlatformSchema> & Settings<Own>) => DynamicModule,
  own?: Own,
): void {
  runHost({ name, logFormat: 'json' }, async () => {
    // Together, so that all that is wrong is said at once.
    const settings = loadConfig<typeof serviceSettings>({ ...serviceSettings, ...own }, process.env, feedProblems);
    const { databaseUrl, migrationDatabaseUrl } = settings;
    const feed = new KafkaFeed({ ...kafkaOptions(settings, name), observe: feedLog() });
    const module = register({ databaseUrl, migrationDatabaseUrl, feed }, settings as typeof settings & Settings<Own>);
    const host = await bootstrap({ services: [{ name, module }], settings });
    observeFeed(host.app.get(Metrics), feed);
    // Only a new start helps a consumer that has crashed: the orchestrator learns it from /health/live.
    host.app.get(ReadinessRegistry).registerLiveness('feed', () => {
      if (!feed.live) throw new NotReady('it follows no more');
    });
    return host;
  });
}
