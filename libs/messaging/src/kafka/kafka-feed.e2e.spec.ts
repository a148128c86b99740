import { topics } from '@guichet/contracts';
import { describeWithKafka } from '@guichet/testing';
import { itConforms } from '../conformance/feed-conformance.js';
import { itWithstands } from '../conformance/feed-faults.js';
import { toldBy } from '../conformance/topic-contents.js';
import { KafkaFeed } from './kafka-feed.js';

describeWithKafka('the Kafka feed', (kafka) => {
  const create = (worldId: string, n = 1) =>
    new KafkaFeed({
      brokers: kafka.brokers,
      clientId: `process-${n}`,
      topicPrefix: `${worldId}.`,
      partitions: 3,
      sessionTimeoutMs: 6_000,
    });
  itConforms({ create });

  describe('withstands', () => {
    itWithstands({ create, told: (worldId) => toldBy(kafka.brokers, `${worldId}.${topics.intake}`) });
  });
});
