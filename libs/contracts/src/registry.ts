/** Every public event of the product: who publishes it, its version, its schema, how older versions are read. */
import type { TSchema } from 'typebox';
import { communityEvents } from './community.js';
import { Contracts, type Evolved } from './contracts.js';
import type { PublicEvent } from './envelope.js';
import { identityEvents } from './identity.js';
import { intakeEvents } from './intake.js';
import { knowledgeEvents } from './knowledge.js';
import { routingEvents } from './routing.js';
import type { Violation } from './schema-check.js';
import { type EveryService, type Source, services, sources } from './services.js';

/** What each service tells. */
const told: Pick<EveryService<Readonly<Record<string, TSchema>>>, Source> = {
  identity: identityEvents,
  intake: intakeEvents,
  routing: routingEvents,
  knowledge: knowledgeEvents,
  community: communityEvents,
};

/** A type that is not named here has version 1 and no upcasters. */
const evolved: Evolved = {};

export const contracts = new Contracts(
  sources.map((source) => ({ entry: services[source], events: told[source], evolved })),
);
export const eventContracts = contracts.events;

/** The contract of a type (type names are unique over all publishers), or undefined where nobody publishes it. */
export const contractOf = (type: string) => contracts.of(type);

/** JSON pointers of the personal data in an event's `data`; empty for a type that has none or is unknown. */
export const personalDataPaths = (type: string): readonly string[] => contractOf(type)?.personalData ?? [];

/** What is wrong with `data` as the data of today's version of `type`, published by `source`; empty when nothing is. */
export const validateEventData = (source: Source, type: string, data: unknown): readonly Violation[] =>
  contracts.violationsOfData(source, type, data);

/** What is wrong with a public event, envelope and data, in today's version; upcast it first. Empty when nothing is. */
export const validatePublicEvent = (event: unknown): readonly Violation[] => contracts.violationsOf(event);

/**
 * The event as if it had been written today. A type nobody here knows passes unchanged: an older reader survives it.
 * @throws UnsupportedSchemaVersion when its version is newer than this reader.
 */
export const upcast = (event: PublicEvent): PublicEvent => contracts.upcast(event);
