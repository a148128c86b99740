import type { FeedEngine, FeedObserver } from '@guichet/messaging';
import { Logger } from '@nestjs/common';
import type { Metrics } from './metrics.js';

/** What happens in the feed, as log lines: created before there is a host to have metrics. */
export function feedLog(): FeedObserver {
  const log = new Logger('Feed');
  return {
    sendFailed: (source, error) => log.warn({ msg: 'Publishing failed; it is repeated.', source }, error),
    receiveFailed: (source, error) => log.warn({ msg: 'Receiving failed; it is repeated.', source }, error),
    unreadable: (source, reason) =>
      log.error({ msg: 'A record cannot be read: its stream will be parked.', source, reason }),
    foreign: (source, partition) =>
      log.warn({ msg: 'A record that no relay has written was passed over.', source, partition }),
    halted: (source, partition, reason) =>
      log.error({ msg: 'A partition stands still: an operator has to look.', source, partition, reason }),
    publishingHalted: (source, reason) =>
      log.error({ msg: 'Nothing is published: an operator has to look.', source, reason }),
    crashed: (consumer, error) => log.error({ msg: 'This process follows no more: start it again.', consumer }, error),
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
  metrics.observe('guichet_feed_problems', 'Sentences in the problems of the feed’s status', [], async () => [
    { labels: {}, value: (await feed.status()).problems.length },
  ]);
}
