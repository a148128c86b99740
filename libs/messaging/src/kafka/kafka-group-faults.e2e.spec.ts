import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { topics } from '@guichet/contracts';
import { describeWithKafka, until } from '@guichet/testing';
import { FeedWorld } from '../conformance/feed-world.js';
import { toldBy } from '../conformance/topic-contents.js';
import type { PartitionCheckpoint } from '../received-log/feed-checkpoints.js';
import type { Delivery } from '../received-log/feed-record.js';
import { type Received, ReceivedLog } from '../received-log/received-log.js';
import { KafkaFeed } from './kafka-feed.js';

const sessionTimeoutMs = 6_000;

describeWithKafka('the Kafka feed and a consumer group', (kafka) => {
  let world: FeedWorld;
  let topicPrefix: string;

  beforeEach(async () => {
    world = await FeedWorld.create();
    topicPrefix = `${randomUUID()}.`;
    await world.project();
  });
  afterEach(() => world.end());

  const member = (clientId: string) =>
    new KafkaFeed({ brokers: kafka.brokers, clientId, topicPrefix, partitions: 4, sessionTimeoutMs });
  const newLog = () => new WatchedReceivedLog({ pool: world.followerPool });
  const agrees = () => world.everythingAgrees(40_000, () => toldBy(kafka.brokers, `${topicPrefix}${topics.intake}`));

  it('that is dealt out anew every second, under load', async () => {
    await world.publish(member('relay'));
    const staying = newLog();
    await world.follow(member('stays'), staying);
    await until('the first member', () => staying.opened > 0, 20_000);
    let isOver = false;
    const writing = (async () => {
      while (!isOver) await world.write(50).then(() => pause(30));
    })();
    for (let round = 1; round <= 4; round++) {
      const before = staying.opened;
      const passing = newLog();
      const guest = await world.follow(member(`guest-${round}`), passing);
      await until('the guest to be a member', () => passing.opened > 0 && staying.opened > before, 20_000);
      const among = staying.opened;
      await guest.stop();
      await until('the guest to be gone', () => staying.opened > among, 20_000);
    }
    isOver = true;
    await writing;
    await agrees();
  }, 120_000);

  it('with a member whose database takes longer than the session timeout: it stays a member', async () => {
    const slow = newLog();
    const feed = member('slow');
    await world.publish(feed);
    await world.follow(feed, slow);
    await until('it to be a member', () => slow.opened === 4, 20_000);
    slow.delayMs = sessionTimeoutMs + 1_000;
    await world.write(100);
    await until('it to be slow', () => slow.delayed > 0);
    await agrees();
    expect(slow.opened).toBe(4); // nothing was dealt out anew
  }, 60_000);
});

/** Notices when partitions are given to it, and can be slow. */
class WatchedReceivedLog extends ReceivedLog {
  /** Partitions opened: the first thing done with one is to ask for its checkpoint. */
  opened = 0;
  delayMs = 0;
  delayed = 0;
  private receiving = 0;

  override async checkpoint(place: Pick<Delivery, 'feed' | 'source' | 'partition'>): Promise<PartitionCheckpoint> {
    if (this.receiving === 0) this.opened += 1;
    return super.checkpoint(place);
  }

  override async receive(delivery: Delivery): Promise<Received> {
    const { delayMs } = this;
    this.delayMs = 0; // once
    if (delayMs > 0) {
      this.delayed += 1;
      await pause(delayMs);
    }
    this.receiving += 1;
    return super.receive(delivery).finally(() => (this.receiving -= 1));
  }
}
