import { AnalyticsModule } from '@guichet/analytics';
import { EmbeddedFeed, type FeedEngine, KafkaFeed } from '@guichet/messaging';
import { startTestHost } from '@guichet/http-host/testing';
import { until } from '@guichet/testing';
import pg from 'pg';
import type { BenchContext, BenchLine } from '../line.js';
import { logToPublish, type Published } from '../kafka/published.js';
import { atLeast, figure, interleave, ratio } from '../rounds.js';

const topicPrefix = 'bench-facts.';

/** Analytics from nothing to all figures: over Kafka, and reading the publishers' logs itself. */
export const kafkaProjection: BenchLine = {
  id: 'kafka-projection',
  title: 'Analytics fed by Kafka',
  seconds: 150,
  async run(context) {
    const tickets = context.isQuick ? 4_000 : 16_000;
    const brokers = await context.kafka();
    const logs = [await logToPublish(context, 'intake', tickets), await logToPublish(context, 'routing', tickets)];
    const events = logs.reduce((sum, log) => sum + log.events, 0);
    const kafkaFeed = (clientId: string) => new KafkaFeed({ brokers, clientId, topicPrefix });
    context.say(`sending ${events.toLocaleString('en')} events to Kafka`);
    await publishAll(kafkaFeed('publishers'), logs);
    const embedded = new EmbeddedFeed();
    for (const { publication } of logs) await embedded.publish(publication);
    const { kafka, log } = await interleave(
      {
        kafka: () => projected(context, kafkaFeed('analytics'), events),
        log: () => projected(context, embedded, events),
      },
      { rounds: context.isQuick ? 2 : 4 },
    );
    return {
      figures: [
        ratio('analytics projection fed by Kafka ÷ fed by the log', kafka, log, atLeast(0.6)),
        figure('fed by Kafka', 'events/s', kafka),
        figure('fed by the log', 'events/s', log),
      ],
      notes: [
        `${events.toLocaleString('en')} events of ${tickets.toLocaleString('en')} tickets from two services, received into received_log and ` +
          'projected by the whole analytics service, timed from the first event received to the last projected.',
        'Kafka: both topics filled before, 6 partitions each, one broker; records are decompressed, decoded and checked against their contracts.',
      ],
    };
  },
};

async function publishAll(feed: KafkaFeed, logs: readonly Published[]): Promise<void> {
  const running = await Promise.all(logs.map(({ publication }) => feed.publish(publication)));
  const isSent = async () => {
    const { publications } = await feed.status();
    return publications.every(({ position, head }) => position === head);
  };
  await until('everything to be sent', isSent, 120_000).finally(() => Promise.all(running.map((one) => one.stop())));
}

/** Events a second through an analytics service with a database of its own. */
async function projected(context: BenchContext, feed: FeedEngine, events: number): Promise<number> {
  const database = await context.database('analytics');
  const options = { databaseUrl: database.appUrl, migrationDatabaseUrl: database.ownerUrl, feed };
  const watcher = new pg.Client({ connectionString: database.adminUrl });
  await watcher.connect();
  const host = await startTestHost([{ name: 'analytics', module: AnalyticsModule.register(options) }]);
  try {
    const isAt = (sql: string, position: number) => async () => {
      const { rows } = await watcher.query<{ position: string }>(sql);
      return Number(rows[0]?.position) >= position;
    };
    const received = 'select position from received_log_head';
    const applied = `select position from checkpoint where consumer = 'projection/ticket-facts' and slot = 'live'`;
    await until('the first event to be received', isAt(received, 1), 60_000);
    const begin = performance.now();
    await until('all events to be projected', isAt(applied, events), 120_000);
    return (events * 1000) / (performance.now() - begin);
  } finally {
    await watcher.end();
    await host.stop();
  }
}
