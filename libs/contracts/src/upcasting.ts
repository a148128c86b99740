/** Reading events that were written under an older version of their contract. */
import type { PublicEvent } from './envelope.js';

export type EventData = Readonly<Record<string, unknown>>;
export type Upcasters = Readonly<Record<number, (data: EventData) => EventData>>;

/** Written by a publisher that is ahead of this reader: to be parked, never guessed at. */
export class UnsupportedSchemaVersion extends Error {
  constructor(
    readonly type: string,
    readonly schemaVersion: number,
    readonly supported: number,
  ) {
    super(`${type} has version ${schemaVersion}; this reader knows it up to version ${supported}.`);
    this.name = 'UnsupportedSchemaVersion';
  }
}

/**
 * The event as if it had been written under today's contract.
 * @throws UnsupportedSchemaVersion when it is newer than the contract, or its version never existed.
 */
export function upcastTo(
  contract: { readonly schemaVersion: number; readonly upcasters: Upcasters },
  event: PublicEvent,
): PublicEvent {
  const { type, schemaVersion } = event;
  if (schemaVersion === contract.schemaVersion) return event;
  const unsupported = new UnsupportedSchemaVersion(type, schemaVersion, contract.schemaVersion);
  if (schemaVersion > contract.schemaVersion) throw unsupported;
  let data = event.data as EventData;
  for (let version = schemaVersion; version < contract.schemaVersion; version += 1) {
    const upcaster = contract.upcasters[version];
    if (!upcaster) throw unsupported;
    data = upcaster(data);
  }
  return { ...event, schemaVersion: contract.schemaVersion, data };
}
