import { contracts as ofProduct, defaultInstallation } from '@guichet/contracts';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import type { KafkaOptions } from './kafka-options.js';

export interface FeedTopics {
  readonly events: string;
  readonly progress: string;
}

const hourMs = 3_600_000;

type Naming = Pick<KafkaOptions, 'topicPrefix' | 'installation' | 'contracts'>;

export const topicsOf = (
  source: string,
  { topicPrefix = '', installation, contracts = ofProduct }: Naming,
): FeedTopics => ({
  events: `${topicPrefix}${contracts.topicOf(source, installation)}`,
  progress: `${topicPrefix}${contracts.progressTopicOf(source, installation)}`,
});

/** The consumer group of a service, which it follows in; its other groups begin with the same name and a hyphen. */
export const groupOf = (service: string, { topicPrefix = '', installation = defaultInstallation }: Naming): string =>
  `${topicPrefix}${installation}.${service}`;

/**
 * Sees to it that a source's topics are there, and answers the number of partitions for its events.
 * @throws while a topic is missing that is not to be created here
 */
export async function ensureTopics(kafka: Kafka, names: FeedTopics, options: KafkaOptions): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const existing = await admin.listTopics();
    const missing = wanted(names, options).filter(({ topic }) => !existing.includes(topic));
    if (missing.length > 0 && options.createTopics === false) {
      throw new Error(`Missing in Kafka, and not to be created here: ${missing.map(({ topic }) => topic).join(', ')}.`);
    }
    await create(admin, missing);
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [names.events] });
    return found[0]?.partitions.length ?? 0;
  } finally {
    await admin.disconnect();
  }
}

function wanted(names: FeedTopics, options: KafkaOptions): ITopicConfig[] {
  const { partitions = 6, replicationFactor = -1, minInSyncReplicas } = options;
  const safety = minInSyncReplicas ? [{ name: 'min.insync.replicas', value: String(minInSyncReplicas) }] : [];
  return [
    {
      topic: names.events,
      numPartitions: partitions,
      replicationFactor,
      configEntries: [
        // The log of all time: whoever follows later starts at the beginning.
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: '-1' },
        { name: 'retention.bytes', value: '-1' },
        { name: 'max.message.bytes', value: String(4 * 1024 * 1024) },
        ...safety,
      ],
    },
    {
      topic: names.progress,
      numPartitions: 1,
      replicationFactor,
      configEntries: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: String(hourMs) },
        { name: 'segment.ms', value: String(hourMs) },
        ...safety,
      ],
    },
  ];
}

async function create(admin: Admin, missing: ITopicConfig[]): Promise<void> {
  for (const topic of missing) {
    try {
      await admin.createTopics({ topics: [topic], waitForLeaders: true });
    } catch (error) {
      // kafkajs answers false for a topic that another process has created in between; anything else is a refusal.
      throw new Error(`Kafka does not create ${topic.topic}: ${reasonOf(error)}`, { cause: error });
    }
  }
}

/** kafkajs wraps the broker's refusal of each topic. */
function reasonOf(error: unknown): string {
  const { errors, message } = error as Error & { errors?: readonly Error[] };
  return errors?.[0]?.message ?? message;
}
