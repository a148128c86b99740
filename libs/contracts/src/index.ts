export { asyncApiDocument } from './asyncapi.js';
export { type PublicActor, type PublicEvent, type Source, actorKinds, sources } from './envelope.js';
export { firstInstantMs, lastInstantMs, problemOfInstant } from './instants.js';
export { type IntakeEventData, channels, deviceClasses, intakeEvents } from './intake.js';
export { type EventContract, contractOf, eventContracts, personalDataPaths } from './registry.js';
export { type RoutingEventData, priorities, routingEvents } from './routing.js';
export { progressTopics, topics } from './topics.js';
export { UnsupportedSchemaVersion } from './upcasting.js';
export { type Violation, upcast, validateEventData, validatePublicEvent } from './validation.js';
