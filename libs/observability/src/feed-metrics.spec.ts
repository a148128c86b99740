import type { FeedEngine, FeedStatus } from '@guichet/messaging';
import { observeFeed } from './feed-metrics.js';
import { Metrics } from './metrics.js';

const feedWith = (status: Partial<FeedStatus>): FeedEngine => ({
  publish: () => Promise.reject(new Error('not asked for')),
  subscribe: () => Promise.reject(new Error('not asked for')),
  live: true,
  resume: () => Promise.resolve(0),
  republish: () => Promise.resolve(),
  status: () =>
    Promise.resolve({ engine: 'kafka', live: true, problems: [], publications: [], subscriptions: [], ...status }),
});

it('shows what keeps the feed from flowing as a number, whatever it is', async () => {
  const metrics = new Metrics();
  const refused = 'intake cannot publish at the moment: Not authorized to access topics';
  const published = { source: 'intake', position: 3, head: 10, leading: false, error: refused } as const;
  observeFeed(metrics, feedWith({ problems: [refused, 'follower lost Kafka'], publications: [published] }));
  const text = await metrics.text();
  expect(text).toMatch(/^guichet_feed_problems 2$/m);
  expect(text).toMatch(/^guichet_relay_lag_events\{source="intake"\} 7$/m);
  expect(text).toMatch(/^guichet_relay_leading\{source="intake"\} 0$/m);
});

it('shows that all is well', async () => {
  const metrics = new Metrics();
  observeFeed(metrics, feedWith({}));
  expect(await metrics.text()).toMatch(/^guichet_feed_problems 0$/m);
});
