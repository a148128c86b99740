/** What a service says of a broker that is away: in its log, its metrics and its status; and of what waits meanwhile. */
import { randomUUID } from 'node:crypto';
import { type FeedEngine, KafkaFeed } from '@guichet/messaging';
import { feedLog, Metrics, observeFeed } from '@guichet/observability';
import { describeWithKafka, type OwnKafka, startOwnKafka, until } from '@guichet/testing';
import { Logger, type LoggerService } from '@nestjs/common';
import { type GuestBookScene, startGuestBook } from './guest-book-scene.js';
import { withGuestBook } from './guest-book/guest-book.module.js';

/** How long the broker is away. */
const absenceMs = 20_000;

/** Keeps the lines of the feed that are written without asking for more: warnings and errors. */
class Lines implements LoggerService {
  readonly all: string[] = [];
  log(): void {}
  debug(): void {}
  warn(...line: unknown[]): void {
    this.keep(line);
  }
  error(...line: unknown[]): void {
    this.keep(line);
  }
  private keep(line: readonly unknown[]): void {
    if (line.at(-1) === 'Feed') this.all.push(JSON.stringify(line[0]));
  }
}

// Whether there is Kafka here; the broker is one's own, since it is killed.
describeWithKafka('a service whose broker goes away', () => {
  let kafka: OwnKafka;
  let feed: FeedEngine;
  let scene: GuestBookScene;
  let lines: Lines;
  const as = { tenantId: randomUUID(), roles: ['requester'] as const };
  const sign = async () => {
    const path = `/guestbook/v1/books/${randomUUID()}/guests`;
    expect((await scene.host.call(path, { as, body: { guest: 'Ada' } })).status).toBe(201);
  };

  beforeEach(async () => {
    kafka = await startOwnKafka();
    const options = { brokers: kafka.brokers, clientId: 'guestbook', partitions: 1, contracts: withGuestBook };
    feed = new KafkaFeed({ ...options, observe: feedLog() });
    scene = await startGuestBook(feed);
    lines = new Lines();
    Logger.overrideLogger(lines);
  }, 120_000);
  afterEach(async () => {
    Logger.overrideLogger(false);
    await scene.stop();
    await kafka.stop();
  }, 120_000);

  it('says so once, shows it within seconds, and says when it is back', async () => {
    const metrics = new Metrics();
    observeFeed(metrics, feed);
    const has = async (line: RegExp) => line.test(await metrics.text());
    await sign();
    await until('the first guest to be received', async () => (await scene.received.reader.head()) === 1, 30_000);
    await until('the broker to be seen', () => has(/^guichet_feed_broker_up{engine="kafka"} 1$/m));
    await until('the lag to be asked for again', () => has(/^guichet_feed_lag_records{.*source="guestbook".*} 0$/m));
    lines.all.length = 0;

    const killedAt = performance.now();
    await kafka.kill();
    await until('the absence to show', () => has(/^guichet_feed_broker_up{engine="kafka"} 0$/m), 10_000);
    expect((await feed.status()).problems.join('\n')).toMatch(/Kafka has not answered for \d+ s: /);
    await sign(); // commands go on
    await until('the relay to be behind', () => has(/^guichet_relay_lag_events{source="guestbook"} 1$/m));
    await new Promise((resolve) => setTimeout(resolve, absenceMs - (performance.now() - killedAt)));
    expect(await has(/^guichet_relay_lag_seconds{source="guestbook"} (?!0$)\d+/m)).toBe(true);
    expect(lines.all).toHaveLength(1);
    expect(lines.all[0]).toContain('Kafka cannot be reached; it is tried again.');
    expect(lines.all[0]).toContain(kafka.brokers[0]);

    await kafka.restart();
    await until('the second guest to be received', async () => (await scene.received.reader.head()) === 2, 60_000);
    await until('the return to be told', () => lines.all.length > 1, 30_000);
    await until('all to be well', async () => (await feed.status()).problems.length === 0, 30_000);
    expect(await has(/^guichet_feed_broker_up{engine="kafka"} 1$/m)).toBe(true);
    expect(lines.all.at(-1)).toMatch(/Kafka is reached again\..*"seconds":(2\d|[3-9]\d)/);
    expect(lines.all.length).toBeLessThanOrEqual(4);
  }, 180_000);
});
