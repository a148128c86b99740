/** For tests: the guest book on a database of its own, and somebody who follows what it tells. */
import { randomUUID } from 'node:crypto';
import { createPool, eventSourcingMigrations, migrate, roleOf } from '@guichet/event-sourcing';
import { type FeedEngine, ReceivedLog, receivedLogMigrations } from '@guichet/messaging';
import { startTestHost, type TestHost } from '@guichet/http-host/testing';
import { createTestDatabase } from '@guichet/testing';
import { entry } from './guest-book/guest-book.js';
import { GuestBookModule, withGuestBook } from './guest-book/guest-book.module.js';

export interface GuestBookScene {
  readonly host: TestHost;
  /** What the follower has received. */
  readonly received: ReceivedLog;
  stop(): Promise<void>;
}

export async function startGuestBook(feed: FeedEngine): Promise<GuestBookScene> {
  const [own, following] = await Promise.all([createTestDatabase('guestbook'), createTestDatabase('reader')]);
  const module = GuestBookModule.register({ databaseUrl: own.appUrl, migrationDatabaseUrl: own.ownerUrl, feed });
  const host = await startTestHost([{ name: entry.name, module }]);
  await migrate({
    url: following.ownerUrl,
    appRole: roleOf(following.appUrl),
    migrations: [...eventSourcingMigrations, ...receivedLogMigrations],
  });
  const pool = createPool({ url: following.appUrl });
  const received = new ReceivedLog({ pool, contracts: withGuestBook });
  const consumer = `reader-${randomUUID()}`;
  const subscribed = await feed.subscribe({ consumer, sources: [entry.name], receivedLog: received });
  const stop = async () => {
    await subscribed.stop();
    await host.stop();
    await pool.end();
    await Promise.all([own.drop(), following.drop()]);
  };
  return { host, received, stop };
}
