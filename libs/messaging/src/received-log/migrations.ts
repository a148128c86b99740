import type { Migration } from '@guichet/event-sourcing';
import { RelayOffsets1760000000005 } from '../kafka/relay-offsets.migration.js';
import { Relay1760000000004 } from '../kafka/relay.migration.js';
import { ReceiveBatch1760000000006 } from './receive-batch.migration.js';
import { ReceivedLogChain1760000000013 } from './received-log-chain.migration.js';
import { ReceivedLog1760000000007 } from './received-log.migration.js';
import { TicketLog1760000000003 } from './ticket-log.migration.js';

/**
 * What feeds keep in a service's database: the received log of a service that follows others, and the relay's
 * checkpoint of one that publishes. To run after `eventSourcingMigrations`, before the service's own.
 */
export const receivedLogMigrations: readonly Migration[] = [
  TicketLog1760000000003,
  Relay1760000000004,
  RelayOffsets1760000000005,
  ReceiveBatch1760000000006,
  ReceivedLog1760000000007,
  ReceivedLogChain1760000000013,
];
