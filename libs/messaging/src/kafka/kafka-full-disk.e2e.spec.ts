import { randomBytes, randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { topics } from '@guichet/contracts';
import {
  describeWithDisk,
  describeWithKafka,
  mountSmallDisk,
  startOwnKafka,
  until,
  whyNoKafka,
} from '@guichet/testing';
import { FeedWorld } from '../conformance/feed-world.js';
import { toldBy } from '../conformance/topic-contents.js';
import { KafkaFeed } from './kafka-feed.js';

const mebibyte = 1024 * 1024;
const whyNot = whyNoKafka();
const disk = whyNot === '' ? await mountSmallDisk(64 * mebibyte) : { whyNot };

/** About 8 KiB that do not compress. */
const bulky = () => randomBytes(6_000).toString('base64');

describeWithKafka('the Kafka feed and a broker whose disk', () => {
  describeWithDisk('is full', disk, (small) => {
    afterAll(() => small.unmount());

    it('waits, says so, and sends everything once when there is room', async () => {
      const properties = join(small.path, 'small.properties');
      await writeFile(properties, 'log.index.size.max.bytes=65536\n');
      const kafka = await startOwnKafka({ properties, folder: join(small.path, 'kafka') });
      const world = await FeedWorld.create();
      try {
        const topicPrefix = `${randomUUID()}.`;
        const feed = new KafkaFeed({ brokers: kafka.brokers, clientId: 'test', topicPrefix, partitions: 2 });
        await world.project();
        await world.publish(feed);
        await world.follow(feed);
        await world.write(50);
        await world.everythingArrived();

        await small.fill(mebibyte / 4);
        for (let i = 0; i < 100; i++) await world.writeOne(`ticket-${i % 5}`, false, bulky());
        const error = await until('the failure', async () => (await feed.status()).publications[0]?.error, 30_000);
        const { publications } = await feed.status();
        expect({ error, live: feed.live, behind: publications[0]!.head > publications[0]!.position }).toMatchObject({
          live: true,
          behind: true,
        });
        await until('the broker to give up', () => !kafka.isRunning(), 30_000);
        await world.write(20); // the publisher's users notice nothing

        await small.empty();
        await kafka.restart();
        const topic = `${topicPrefix}${topics.intake}`;
        await world.everythingAgrees(40_000, () => toldBy(kafka.brokers, topic));
        await until('no problem to be left', async () => (await feed.status()).problems.length === 0, 20_000);
      } finally {
        await world.end();
        await kafka.stop();
      }
    }, 150_000);
  });
});
