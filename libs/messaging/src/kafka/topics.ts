import { contracts as ofProduct, defaultInstallation } from '@guichet/contracts';
import type { Admin, ITopicConfig, Kafka } from 'kafkajs';
import type { KafkaOptions } from './kafka-options.js';
import type { OffsetRange } from './topic-ranges.js';

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

/** Where services write down which database serves them. One partition: who is first must be the same for all. */
export const claimsTopicOf = ({ topicPrefix = '', installation = defaultInstallation }: Naming): string =>
  `${topicPrefix}${installation}.claims.v1`;

/**
 * Sees to it that a source's topics are there, and answers the number of partitions for its events.
 * @throws while a topic is missing that is not to be created here
 */
export const ensureTopics = (kafka: Kafka, names: FeedTopics, options: KafkaOptions): Promise<number> =>
  withAdmin(kafka, async (admin) => {
    await ensure(admin, feedTopics(names, options), options);
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [names.events] });
    return found[0]?.partitions.length ?? 0;
  });

/** As `ensureTopics`, for the topic of the claims. Answers where it begins and ends. */
export const ensureClaimsTopic = (kafka: Kafka, options: KafkaOptions): Promise<OffsetRange> =>
  withAdmin(kafka, async (admin) => {
    const topic = claimsTopicOf(options);
    await ensure(admin, [{ ...keptForEver(topic, options), numPartitions: 1 }], options);
    const [ends, ...others] = await admin.fetchTopicOffsets(topic);
    if (!ends || others.length > 0) {
      throw new Error(`${topic} must have one partition, and has ${others.length + (ends ? 1 : 0)}: delete it.`);
    }
    return { from: Number(ends.low), to: Number(ends.high) };
  });

async function withAdmin<Answer>(kafka: Kafka, work: (admin: Admin) => Promise<Answer>): Promise<Answer> {
  const admin = kafka.admin();
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

async function ensure(admin: Admin, wanted: ITopicConfig[], { createTopics = true }: KafkaOptions): Promise<void> {
  const existing = await admin.listTopics();
  const missing = wanted.filter(({ topic }) => !existing.includes(topic));
  if (missing.length > 0 && !createTopics) {
    throw new Error(`Missing in Kafka, and not to be created here: ${missing.map(({ topic }) => topic).join(', ')}.`);
  }
  await create(admin, missing);
}

function keptForEver(topic: string, options: KafkaOptions) {
  return {
    topic,
    replicationFactor: options.replicationFactor ?? -1,
    configEntries: [
      { name: 'cleanup.policy', value: 'delete' },
      { name: 'retention.ms', value: '-1' },
      { name: 'retention.bytes', value: '-1' },
      ...safetyOf(options),
    ],
  };
}

const safetyOf = ({ minInSyncReplicas }: KafkaOptions) =>
  minInSyncReplicas ? [{ name: 'min.insync.replicas', value: String(minInSyncReplicas) }] : [];

function feedTopics({ events, progress }: FeedTopics, options: KafkaOptions): ITopicConfig[] {
  const { partitions = 6, replicationFactor = -1 } = options;
  // The log of all time: whoever follows later starts at the beginning.
  const log = keptForEver(events, options);
  const maxBytes = { name: 'max.message.bytes', value: String(4 * 1024 * 1024) };
  return [
    { ...log, numPartitions: partitions, configEntries: [...log.configEntries, maxBytes] },
    {
      topic: progress,
      numPartitions: 1,
      replicationFactor,
      configEntries: [
        { name: 'cleanup.policy', value: 'delete' },
        { name: 'retention.ms', value: String(hourMs) },
        { name: 'segment.ms', value: String(hourMs) },
        ...safetyOf(options),
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
