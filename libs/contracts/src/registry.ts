/** Every public event in one table: who publishes it, its version, its schema, how older versions are read. */
import type { TSchema } from 'typebox';
import { identityEvents } from './identity.js';
import { intakeEvents } from './intake.js';
import { personalDataIn } from './personal-data.js';
import { routingEvents } from './routing.js';
import { type EveryService, type Source, sources } from './services.js';
import type { Upcasters } from './upcasting.js';

/** What is promised about one type of public event. */
export interface EventContract {
  readonly source: Source;
  readonly type: string;
  /** The version written today. A compatible change keeps it, any other raises it and brings an upcaster. */
  readonly schemaVersion: number;
  /** JSON Schema of `data` in that version. */
  readonly schema: TSchema;
  /** `upcasters[n]` turns data of version n into version n + 1; there is one for every version below today's. */
  readonly upcasters: Upcasters;
  /** JSON pointers into `data`, `*` for any element of a list. */
  readonly personalData: readonly string[];
}

/** A type that is not named here has version 1 and no upcasters. */
const evolved: Readonly<Partial<Record<string, { schemaVersion: number; upcasters: Upcasters }>>> = {};

const contractsOf = (source: Source, schemas: Readonly<Record<string, TSchema>>): EventContract[] =>
  Object.entries(schemas).map(([type, schema]) => ({
    source,
    type,
    schemaVersion: 1,
    upcasters: {},
    ...evolved[type],
    schema,
    personalData: personalDataIn(schema),
  }));

/** What each service tells. */
const told: Pick<EveryService<Readonly<Record<string, TSchema>>>, Source> = {
  identity: identityEvents,
  intake: intakeEvents,
  routing: routingEvents,
};

export const eventContracts: readonly EventContract[] = sources.flatMap((source) => contractsOf(source, told[source]));

const byType = new Map(eventContracts.map((contract) => [contract.type, contract]));

/** The contract of a type (type names are unique over all publishers), or undefined where nobody publishes it. */
export const contractOf = (type: string): EventContract | undefined => byType.get(type);

/** JSON pointers of the personal data in an event's `data`; empty for a type that has none or is unknown. */
export const personalDataPaths = (type: string): readonly string[] => byType.get(type)?.personalData ?? [];
