import type { TicketSource } from '@guichet/contracts';
import { LogReader, type RecordedEvent } from '@guichet/event-sourcing';
import { toPublicEvent as intakeEvent } from '@guichet/intake/publisher';
import type { Publication } from '@guichet/messaging';
import { toPublicEvent as routingEvent } from '@guichet/routing/publisher';
import type { BenchContext } from '../line.js';
import { fillLog } from '../log/many-tickets.js';
import { createProductLog } from '../log/product-log.js';

/** A service's log and how it is told, as the service itself publishes it. */
export interface Published {
  readonly publication: Publication;
  readonly events: number;
}

const told: Readonly<Record<TicketSource, (event: RecordedEvent) => ReturnType<typeof routingEvent>>> = {
  intake: intakeEvent,
  routing: routingEvent,
};

/** A log of `tickets` tickets that waits to be published. All of its events are public. */
export async function logToPublish(context: BenchContext, source: TicketSource, tickets: number): Promise<Published> {
  const { database, pool, wake } = await createProductLog(context, source);
  const events = await fillLog(database.adminUrl, source, tickets);
  const log = new LogReader({ pool, table: 'event_log', wake });
  return { publication: { source, log, pool, toPublic: told[source] }, events };
}
