import { KafkaFeed, type ServiceOptions } from '@guichet/messaging';
import type { DynamicModule } from '@nestjs/common';
import { databaseSettings } from '../config/database-settings.js';
import { feedProblems, feedSettings, kafkaOptions } from '../config/feed-settings.js';
import { platformSettings } from '../config/platform-settings.js';
import { loadConfig } from '../config/settings.js';
import { feedLog, observeFeed } from '../observability/feed-metrics.js';
import { Metrics } from '../observability/metrics.js';
import { NotReady, ReadinessRegistry } from '../observability/readiness.js';
import { bootstrap } from './bootstrap.js';
import { runHost } from './run-host.js';

/** What a separately deployed service reads from its environment. */
export const serviceSettings = { ...platformSettings, ...databaseSettings, ...feedSettings } as const;

/** The whole main function of a service that is deployed on its own: settings, Kafka, database, HTTP. */
export function hostService(name: string, register: (options: ServiceOptions) => DynamicModule): void {
  runHost(async () => {
    const settings = loadConfig(serviceSettings, process.env, feedProblems);
    const { databaseUrl, migrationDatabaseUrl } = settings;
    const feed = new KafkaFeed({ ...kafkaOptions(settings, name), observe: feedLog() });
    const module = register({ databaseUrl, migrationDatabaseUrl, feed });
    const host = await bootstrap({ services: [{ name, module }], settings });
    observeFeed(host.app.get(Metrics), feed);
    // Only a new start helps a consumer that has crashed: the orchestrator learns it from /health/live.
    host.app.get(ReadinessRegistry).registerLiveness('feed', () => {
      if (!feed.live) throw new NotReady('it follows no more');
    });
    return host;
  });
}
