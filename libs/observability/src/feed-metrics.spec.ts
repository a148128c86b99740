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

it('shows how far a follower is behind the end of its topics, and a relay behind its log', async () => {
  const metrics = new Metrics();
  const partition = { consumer: 'routing', source: 'intake', position: 0 } as const;
  const subscriptions = [
    { ...partition, partition: 0, lagRecords: 40, lagSeconds: 12.5 },
    { ...partition, partition: 1, lagRecords: 0, lagSeconds: 0 },
    { ...partition, partition: 2 },
  ];
  const publications = [{ source: 'routing', position: 3, head: 10, leading: true, lagSeconds: 4 }];
  observeFeed(metrics, feedWith({ subscriptions, publications }));
  const text = await metrics.text();
  const labels = (n: number) => `consumer="routing",source="intake",partition="${n}"`;
  expect(text).toContain(`guichet_feed_lag_records{${labels(0)}} 40`);
  expect(text).toContain(`guichet_feed_lag_seconds{${labels(0)}} 12.5`);
  expect(text).toContain(`guichet_feed_lag_records{${labels(1)}} 0`);
  expect(text).not.toContain(labels(2)); // where a topic ends is not known yet: that is not 0
  expect(text).toContain('guichet_relay_lag_seconds{source="routing"} 4');
});

it.each([
  [true, 1],
  [false, 0],
])('shows whether the brokers answer: %s', async (brokersReached, value) => {
  const metrics = new Metrics();
  observeFeed(metrics, feedWith({ brokersReached }));
  expect(await metrics.text()).toMatch(new RegExp(`^guichet_feed_broker_up{engine="kafka"} ${value}$`, 'm'));
});

it('says nothing of brokers where there are none', async () => {
  const metrics = new Metrics();
  observeFeed(metrics, feedWith({ engine: 'embedded' }));
  expect(await metrics.text()).not.toMatch(/^guichet_feed_broker_up[{ ]/m);
});
