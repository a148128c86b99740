import { describeWithKafka } from '@guichet/testing';
import { startSeparateServices } from './product.js';
import { itHasTheFigures, realLogs } from './real-logs.js';

const folder = realLogs();
if (folder !== undefined) {
  describeWithKafka('as separate services, two replicas each, over Kafka', (kafka) =>
    itHasTheFigures(folder, (settings) => startSeparateServices(kafka.brokers, { settings })),
  );
}
