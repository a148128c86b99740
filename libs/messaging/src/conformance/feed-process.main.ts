/**
 * One process of a service, for tests that kill or freeze it: publishes, follows and projects as its settings say,
 * until its standard input ends. `node --import ./tools/workspace/typescript.mjs feed-process.main.ts <settings as
 * JSON>`
 */
import { LogReader, ProjectionRunner, createPool } from '@guichet/event-sourcing';
import { EmbeddedFeed } from '../embedded/embedded-feed.js';
import { KafkaFeed } from '../kafka/kafka-feed.js';
import type { KafkaOptions } from '../kafka/kafka-options.js';
import { ReceivedLog } from '../received-log/received-log.js';
import { toPublic } from './told.js';
import { transcriptProjection } from './transcript.js';

export interface FeedProcessSettings {
  /** None: the embedded engine. */
  readonly kafka?: KafkaOptions;
  /** Database of the publisher, for a process that publishes. */
  readonly publisherUrl?: string;
  /** Database of the follower, for a process that follows and projects. */
  readonly followerUrl?: string;
}

const { kafka, publisherUrl, followerUrl } = JSON.parse(process.argv[2] ?? '{}') as FeedProcessSettings;
const feed = kafka ? new KafkaFeed(kafka) : new EmbeddedFeed();
if (publisherUrl !== undefined) {
  const pool = createPool({ url: publisherUrl, max: 4 });
  await feed.publish({ source: 'intake', log: new LogReader({ pool, table: 'event_log' }), pool, toPublic });
}
if (followerUrl !== undefined) {
  const pool = createPool({ url: followerUrl, max: 4 });
  const receivedLog = new ReceivedLog({ pool });
  await feed.subscribe({ consumer: 'follower', sources: ['intake'], receivedLog });
  await new ProjectionRunner({ pool, projection: transcriptProjection(), logs: [receivedLog.reader] }).start();
}
process.stdin.on('end', () => process.exit()).resume(); // whoever started it is gone
process.stdout.write('ready\n');
