/** Two databases of one service on the same brokers: a second installation that was given the name of the first. */
import { randomUUID } from 'node:crypto';
import { KafkaFeed } from '@guichet/messaging';
import { startTestHost, type TestHost } from '@guichet/http-host/testing';
import { createTestDatabase, describeWithKafka, type TestDatabase, until } from '@guichet/testing';
import { entry } from './guest-book/guest-book.js';
import { GuestBookModule, withGuestBook } from './guest-book/guest-book.module.js';

describeWithKafka('a service on a second database', (kafka) => {
  let databases: TestDatabase[];
  let hosts: TestHost[];
  const installation = `test-${randomUUID().slice(0, 8)}`;

  const start = async (database: TestDatabase): Promise<TestHost> => {
    const feed = new KafkaFeed({
      ...{ brokers: kafka.brokers, clientId: entry.name, installation, partitions: 1, contracts: withGuestBook },
    });
    const { appUrl: databaseUrl, ownerUrl: migrationDatabaseUrl } = database;
    const module = GuestBookModule.register({ databaseUrl, migrationDatabaseUrl, installation, feed });
    const host = await startTestHost([{ name: entry.name, module }]);
    hosts.push(host);
    return host;
  };
  const readyOf = async (host: TestHost) => {
    const { status, body } = await host.call('/health/ready');
    return { status, feed: (body as { checks: Record<string, string> }).checks[`${entry.name}-feed`] };
  };

  beforeEach(async () => {
    hosts = [];
    databases = await Promise.all([createTestDatabase('first'), createTestDatabase('second')]);
  });
  afterEach(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('is not ready and says why; replicas of the first database are', async () => {
    for (const replica of [await start(databases[0]!), await start(databases[0]!)]) {
      await until('a replica to be ready', async () => (await readyOf(replica)).status === 200, 40_000);
    }
    const second = await start(databases[1]!);
    expect((await readyOf(second)).status).toBe(503); // from the first moment
    const answer = await until('the second to know', async () => {
      const ready = await readyOf(second);
      return ready.feed?.includes('The brokers already serve') ? ready : undefined;
    });
    expect(answer.status).toBe(503);
    expect(answer.feed).toContain(`serve ${entry.name} of the installation "${installation}" from another database`);
    expect(answer.feed).toContain('GUICHET_INSTALLATION');
    expect((await second.call('/health/live')).status).toBe(200);
  }, 120_000);
});
