/**
 * One Kafka for a test run: a container where a Docker engine answers, otherwise a local one. Started by
 * run-resource.ts.
 */
import { freePort } from '@guichet/local-postgres';
import { startKafka } from '../../../../infra/kafka-local/broker.mjs';
import { dockerAnswers } from './docker.mjs';
import { keep } from './keeper.mjs';

await keep(async () => {
  if (await dockerAnswers()) return inContainer();
  const { brokers, ended, stop } = await startKafka();
  return { ready: { brokers }, ended, stop };
});

async function inContainer() {
  const { GenericContainer, Wait } = await import('testcontainers');
  const port = await freePort();
  const container = await new GenericContainer('apache/kafka:4.3.0')
    .withExposedPorts({ container: port, host: port }) // clients are sent to the advertised port: it must be the same
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_LISTENERS: `PLAINTEXT://:${port},CONTROLLER://:9093`,
      KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://localhost:${port}`,
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))
    .start();
  return {
    ready: { brokers: [`localhost:${port}`] },
    ended: new Promise(() => {}), // the engine watches the container
    stop: async () => {
      await container.stop();
    },
  };
}
