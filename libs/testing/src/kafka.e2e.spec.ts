import { Kafka, logLevel } from 'kafkajs';
import { describeWithKafka, startOwnKafka } from './kafka.js';

const clusterOf = async (brokers: readonly string[]) => {
  const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  try {
    return await admin.describeCluster();
  } finally {
    await admin.disconnect();
  }
};

describeWithKafka('Kafka for tests', (kafka) => {
  it('answers', async () => {
    expect((await clusterOf(kafka.brokers)).brokers).toHaveLength(1);
  });

  it("can be one test's own, be killed and come back as the same cluster", async () => {
    const own = await startOwnKafka();
    try {
      const before = await clusterOf(own.brokers);
      await own.kill();
      await expect(clusterOf(own.brokers)).rejects.toThrow();
      await own.restart();
      expect((await clusterOf(own.brokers)).clusterId).toBe(before.clusterId);
    } finally {
      await own.stop();
    }
  }, 120_000);
});
