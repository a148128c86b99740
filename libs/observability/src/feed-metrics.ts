import {
  type FeedEngine,
  type FeedObserver,
  isConnectionLoss,
  SeldomLines,
  type SubscriptionStatus,
} from '@guichet/messaging';
import { Logger } from '@nestjs/common';
import type { Metrics } from './metrics.js';

/** What happens in the feed, as log lines: created before there is a host to have metrics. */
export function feedLog(): FeedObserver {
  const log = new Logger('Feed');
  const seldom = new SeldomLines();
  /** What is tried again every two seconds is told once a minute; that brokers are away has lines of its own. */
  const repeated = (msg: string, about: Readonly<Record<string, string>>, error: unknown): void => {
    if (isConnectionLoss(error)) return log.debug({ msg, ...about }, error);
    const suppressed = seldom.told(JSON.stringify([msg, about, error instanceof Error ? error.message : error]));
    if (suppressed === undefined) return;
    log.warn({ msg, ...about, ...(suppressed > 0 ? { suppressed } : {}) }, error);
  };
  return {
    sendFailed: (source, error) => repeated('Publishing failed; it is repeated.', { source }, error),
    receiveFailed: (source, error) => repeated('Receiving failed; it is repeated.', { source }, error),
    unreadable: (source, reason) =>
      log.error({ msg: 'A record cannot be read: its stream will be parked.', source, reason }),
    foreign: (source, partition) =>
      log.warn({ msg: 'A record that no relay has written was passed over.', source, partition }),
    halted: (source, partition, reason) =>
      log.error({ msg: 'A partition stands still: an operator has to look.', source, partition, reason }),
    publishingHalted: (source, reason) =>
      log.error({ msg: 'Nothing is published: an operator has to look.', source, reason }),
    crashed: (consumer, error) => log.error({ msg: 'This process follows no more: start it again.', consumer }, error),
    claimFailed: (service, error) => repeated('The claim to the brokers is not decided yet.', { service }, error),
    claimRefused: (service, reason) =>
      log.error({ msg: 'Another database serves this service on these brokers.', service, reason }),
    brokersLost: ({ brokers, seconds }) =>
      log.warn({ msg: 'Kafka cannot be reached; it is tried again.', brokers, seconds }),
    brokersBack: (seconds) => log.warn({ msg: 'Kafka is reached again.', seconds }),
    log: (level, message, details) =>
      level === 'info' ? log.debug({ msg: message, ...details }) : log.warn({ msg: message, ...details }),
  };
}

/** Where the feed stands, read when somebody asks for metrics. */
export function observeFeed(metrics: Metrics, feed: FeedEngine): void {
  const relay = ['source'] as const;
  metrics.observe('guichet_relay_lag_events', 'Log positions not yet published', relay, async () =>
    (await feed.status()).publications.map(({ source, position, head }) => ({
      labels: { source },
      value: head - position,
    })),
  );
  metrics.observe(
    'guichet_relay_lag_seconds',
    'Age of the oldest event in the log that is not published',
    relay,
    async () =>
      (await feed.status()).publications.map(({ source, lagSeconds = 0 }) => ({
        labels: { source },
        value: lagSeconds,
      })),
  );
  metrics.observe('guichet_relay_leading', '1 where this process holds the lease of the relay', relay, async () =>
    (await feed.status()).publications.map(({ source, leading }) => ({ labels: { source }, value: leading ? 1 : 0 })),
  );
  metrics.observe(
    'guichet_relay_halted',
    '1 where nothing is published until an operator has looked',
    relay,
    async () =>
      (await feed.status()).publications.map(({ source, halted }) => ({
        labels: { source },
        value: halted === undefined ? 0 : 1,
      })),
  );
  metrics.observe(
    'guichet_feed_halted_partitions',
    'Partitions that stand still until an operator has looked',
    ['consumer', 'source'],
    async () => {
      const halted = new Map<string, { labels: { consumer: string; source: string }; value: number }>();
      for (const { consumer, source, halted: why } of (await feed.status()).subscriptions) {
        const key = `${consumer}/${source}`;
        const before = halted.get(key)?.value ?? 0;
        halted.set(key, { labels: { consumer, source }, value: before + (why === undefined ? 0 : 1) });
      }
      return [...halted.values()];
    },
  );
  const partition = ['consumer', 'source', 'partition'] as const;
  const lag = (valueOf: (status: SubscriptionStatus) => number | undefined) => async () =>
    (await feed.status()).subscriptions.flatMap((status) => {
      const { consumer, source, partition } = status;
      const value = valueOf(status);
      return value === undefined ? [] : { labels: { consumer, source, partition }, value };
    });
  metrics.observe(
    'guichet_feed_lag_records',
    'Records at the end of the topic that have not been received',
    partition,
    lag(({ lagRecords }) => lagRecords),
  );
  metrics.observe(
    'guichet_feed_lag_seconds',
    'For how long the oldest of these records has been seen to wait',
    partition,
    lag(({ lagSeconds }) => lagSeconds),
  );
  const brokers = ['engine'] as const;
  metrics.observe('guichet_feed_broker_up', '1 where Kafka answers this process, 0 if not', brokers, async () => {
    const { engine, brokersReached } = await feed.status();
    return brokersReached === undefined ? [] : [{ labels: { engine }, value: brokersReached ? 1 : 0 }];
  });
  metrics.observe('guichet_feed_problems', 'Sentences in the problems of the feed’s status', [], async () => [
    { labels: {}, value: (await feed.status()).problems.length },
  ]);
}
