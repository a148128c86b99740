import { X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import type { KafkaOptions, SaslOptions, TlsOptions } from '@guichet/messaging';
import type { installationSettings } from './installation-settings.js';
import { setting, type Settings } from './settings.js';

/** How a separately deployed service reaches Kafka. */
export const feedSettings = {
  brokers: setting.list({
    name: 'KAFKA_BROKERS',
    default: [],
    description: 'host:port of one or more brokers. Must be set: separate services talk over Kafka.',
  }),
  topicPrefix: setting.text({
    name: 'KAFKA_TOPIC_PREFIX',
    description:
      'Put before the names of topics and groups, before the installation’s name: where the brokers’ rules or rights ask for it.',
  }),
  createTopics: setting.flag({
    name: 'KAFKA_CREATE_TOPICS',
    default: true,
    description: 'Create missing topics; otherwise somebody else does, and they are awaited.',
  }),
  partitions: setting.integer({
    name: 'KAFKA_PARTITIONS',
    default: 6,
    min: 1,
    max: 1000,
    description: 'Partitions of a topic created here. Cannot be changed later: tickets would lose their order.',
  }),
  replicationFactor: setting.integer({
    name: 'KAFKA_REPLICATION_FACTOR',
    default: -1,
    min: -1,
    max: 100,
    description: 'Copies of a topic created here; -1 leaves it to the cluster.',
  }),
  minInSyncReplicas: setting.integer({
    name: 'KAFKA_MIN_INSYNC_REPLICAS',
    min: 1,
    max: 100,
    description: 'Copies that must have a record before it counts as sent; by default the cluster’s setting.',
  }),
  compression: setting.choice({
    name: 'KAFKA_COMPRESSION',
    values: ['none', 'gzip', 'zstd'],
    default: 'none',
    description: 'How records are compressed.',
  }),
  sessionTimeoutMs: setting.integer({
    name: 'KAFKA_SESSION_TIMEOUT_MS',
    default: 6_000,
    min: 6_000,
    max: 300_000,
    description:
      'Time after which the group gives the partitions of a replica that has died to others; until then the whole group stands still, so the least a broker grants is the default.',
  }),
  tls: setting.flag({ name: 'KAFKA_TLS', default: false, description: 'Encrypt the connections to the brokers.' }),
  tlsCa: setting.text({
    name: 'KAFKA_TLS_CA',
    description: 'PEM of the authority that signed the brokers’ certificates; the system’s by default.',
  }),
  tlsCert: setting.text({
    name: 'KAFKA_TLS_CERT',
    description: 'PEM of this client’s certificate, where the brokers ask for one (mutual TLS).',
  }),
  tlsKey: setting.text({ name: 'KAFKA_TLS_KEY', secret: true, description: 'PEM of its key.' }),
  saslMechanism: setting.choice({
    name: 'KAFKA_SASL_MECHANISM',
    values: ['none', 'plain', 'scram-sha-256', 'scram-sha-512', 'oauthbearer'],
    default: 'none',
    description: 'How this client proves who it is.',
  }),
  saslUsername: setting.text({ name: 'KAFKA_SASL_USERNAME', description: 'For plain and scram.' }),
  saslPassword: setting.text({ name: 'KAFKA_SASL_PASSWORD', secret: true, description: 'For plain and scram.' }),
  oauthTokenUrl: setting.url({
    name: 'KAFKA_OAUTH_TOKEN_URL',
    description: 'For oauthbearer: token endpoint, asked with the client_credentials grant.',
  }),
  oauthClientId: setting.text({ name: 'KAFKA_OAUTH_CLIENT_ID', description: 'For oauthbearer.' }),
  oauthClientSecret: setting.text({ name: 'KAFKA_OAUTH_CLIENT_SECRET', secret: true, description: 'For oauthbearer.' }),
  oauthScope: setting.text({ name: 'KAFKA_OAUTH_SCOPE', description: 'For oauthbearer.' }),
} as const;

export type FeedSettings = Settings<typeof feedSettings>;

/** What is wrong with the feed's settings taken together; each a full sentence. */
export function feedProblems(settings: FeedSettings): string[] {
  const problems: string[] = [];
  if (settings.brokers.length === 0) problems.push('KAFKA_BROKERS is missing: name at least one broker as host:port.');
  const broken = settings.brokers.filter((broker) => !/^[^\s:]+:\d{1,5}$/.test(broker));
  if (broken.length > 0) problems.push(`KAFKA_BROKERS must be host:port each: ${broken.join(', ')}`);
  const { saslMechanism: mechanism } = settings;
  if (
    mechanism === 'oauthbearer' &&
    !(settings.oauthTokenUrl && settings.oauthClientId && settings.oauthClientSecret)
  ) {
    problems.push(
      'KAFKA_SASL_MECHANISM=oauthbearer needs KAFKA_OAUTH_TOKEN_URL, KAFKA_OAUTH_CLIENT_ID and KAFKA_OAUTH_CLIENT_SECRET.',
    );
  }
  if (mechanism !== 'none' && mechanism !== 'oauthbearer' && !(settings.saslUsername && settings.saslPassword)) {
    problems.push(`KAFKA_SASL_MECHANISM=${mechanism} needs KAFKA_SASL_USERNAME and KAFKA_SASL_PASSWORD.`);
  }
  problems.push(...tlsProblems(settings));
  return problems;
}

/** What would be found out at the first connection otherwise, again and again; or, without TLS, never. */
function tlsProblems(settings: FeedSettings): string[] {
  const { tls, tlsCa, tlsCert, tlsKey } = settings;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) return ['KAFKA_TLS_CERT and KAFKA_TLS_KEY go together.'];
  if (!tls && (tlsCa ?? tlsCert) !== undefined) {
    return [
      'KAFKA_TLS_CA, KAFKA_TLS_CERT and KAFKA_TLS_KEY need KAFKA_TLS=true: the connections would not be encrypted.',
    ];
  }
  try {
    if (tlsCa !== undefined) new X509Certificate(tlsCa); // a context takes any text as an authority
    createSecureContext(tlsOptions(settings));
    return [];
  } catch (error) {
    return [`KAFKA_TLS_CA, KAFKA_TLS_CERT or KAFKA_TLS_KEY cannot be used: ${(error as Error).message}`];
  }
}

/** The settings as the Kafka engine takes them. `clientId` is the service's name. */
export function kafkaOptions(
  settings: FeedSettings & Settings<typeof installationSettings>,
  clientId: string,
): KafkaOptions {
  const {
    brokers,
    installation,
    topicPrefix,
    createTopics,
    partitions,
    replicationFactor,
    minInSyncReplicas,
    compression,
    sessionTimeoutMs,
  } = settings;
  const sasl = saslOptions(settings);
  return {
    ...{ brokers, clientId, installation, createTopics, partitions, replicationFactor, compression, sessionTimeoutMs },
    ...(topicPrefix === undefined ? {} : { topicPrefix }),
    ...(minInSyncReplicas === undefined ? {} : { minInSyncReplicas }),
    ...(settings.tls ? { tls: tlsOptions(settings) } : {}),
    ...(sasl === undefined ? {} : { sasl }),
  };
}

function tlsOptions({ tlsCa, tlsCert, tlsKey }: FeedSettings): TlsOptions {
  return {
    ...(tlsCa === undefined ? {} : { ca: tlsCa }),
    ...(tlsCert === undefined ? {} : { cert: tlsCert }),
    ...(tlsKey === undefined ? {} : { key: tlsKey }),
  };
}

function saslOptions(settings: FeedSettings): SaslOptions | undefined {
  const {
    saslMechanism: mechanism,
    saslUsername: username = '',
    saslPassword: password = '',
    oauthScope: scope,
  } = settings;
  if (mechanism === 'none') return undefined;
  if (mechanism !== 'oauthbearer') return { mechanism, username, password };
  const { oauthTokenUrl: tokenUrl = '', oauthClientId: clientId = '', oauthClientSecret: clientSecret = '' } = settings;
  return { mechanism, tokenUrl, clientId, clientSecret, ...(scope === undefined ? {} : { scope }) };
}
