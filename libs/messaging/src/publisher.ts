import { type Contracts, contracts as ofProduct, type PublicEvent } from '@guichet/contracts';
import type { DomainEvent, RecordedEvent } from '@guichet/event-sourcing';

/**
 * For each event of a service: what the world is told, or `null` where it is told nothing. An event without a contract
 * can only be private, and a contract that no event keeps does not compile.
 */
export type Telling<Event extends DomainEvent, Told> = {
  readonly [E in Event as E['type']]: E['type'] extends keyof Told ? (data: E['data']) => Told[E['type']] : null;
} & { readonly [Missing in Exclude<keyof Told, Event['type']>]: never };

/** The world is told of the event as it stands in the log. */
export const asItIs = <Data>(data: Data): Data => data;

/**
 * Makes what a feed asks of a publisher: the public event that an event of its log is told as, undefined for a private
 * one.
 * It throws an Error for a type that `telling` does not name: skipping it would lose it for every reader.
 */
export function publisherOf<Event extends DomainEvent, Told>(
  source: string,
  telling: Telling<Event, Told>,
  contracts: Contracts = ofProduct,
): (event: RecordedEvent) => PublicEvent | undefined {
  const byType = new Map<string, ((data: unknown) => unknown) | null>();
  for (const [type, tell] of Object.entries<unknown>(telling))
    byType.set(type, tell as ((data: unknown) => unknown) | null);
  return ({ eventId: id, type, streamId, tenantId, version, position, occurredAt, recordedAt, metadata, data }) => {
    const tell = byType.get(type);
    if (tell === undefined) throw new Error(`Nothing says whether ${type} is public.`);
    if (tell === null) return undefined;
    const contract = contracts.of(type);
    if (contract?.source !== source) throw new Error(`There is no contract of ${source} for ${type}.`);
    const { schemaVersion } = contract;
    const { actor, correlationId, causationId, traceparent, imported } = metadata;
    return {
      ...{ id, source, type, schemaVersion, tenantId, streamId, version, position, occurredAt, recordedAt },
      ...{ actor, correlationId, causationId, traceparent, imported },
      data: tell(data),
    };
  };
}
