import { promisify } from 'node:util';
import { zstdCompress, zstdDecompress } from 'node:zlib';
import kafkajs, { CompressionTypes, Kafka, type SASLOptions, logLevel } from 'kafkajs';
import { clientLog } from './client-log.js';
import type { Compression, KafkaOptions, SaslOptions } from './kafka-options.js';
import { oauthTokens } from './oauth-token.js';
import { Outage } from './outage.js';

/** For one request; whoever sends or receives repeats without limit around it. */
const clientRetry = { initialRetryTime: 100, maxRetryTime: 2_000, retries: 5 };

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

// kafkajs brings gzip only; Node brings zstd. (Its codecs are not among the names Node finds in a CommonJS package.)
kafkajs.CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: ({ buffer }: { buffer: Buffer }) => compress(buffer),
  decompress: (buffer: Buffer) => decompress(buffer),
});

export const compressionTypes: Readonly<Record<Compression, CompressionTypes>> = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  zstd: CompressionTypes.ZSTD,
};

export function kafkaClient(
  { brokers, clientId, tls, sasl, observe = {} }: KafkaOptions,
  outage = new Outage(observe),
): Kafka {
  return new Kafka({
    brokers: [...brokers],
    clientId,
    ...(tls ? { ssl: { ...tls } } : {}),
    ...(sasl ? { sasl: saslOptions(sasl) } : {}),
    connectionTimeout: 5_000,
    requestTimeout: 30_000,
    retry: clientRetry,
    logLevel: logLevel.WARN,
    logCreator: () => clientLog(observe, outage),
  });
}

function saslOptions(sasl: SaslOptions): SASLOptions {
  if (sasl.mechanism === 'oauthbearer') return { mechanism: 'oauthbearer', oauthBearerProvider: oauthTokens(sasl) };
  return { ...sasl };
}
