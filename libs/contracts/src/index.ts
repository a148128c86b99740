export { asyncApiDocument } from './asyncapi.js';
export { type Audience, audienceAt, audiences, rankOf, strictest } from './audience.js';
export { firstInstantMs, lastInstantMs, problemOfInstant } from './instants.js';
export { type PublicActor, type PublicEvent, actorKinds } from './envelope.js';
export {
  acceptors,
  type CommunityEventData,
  communityEvents,
  returnReasons,
  topicKinds,
  unacceptances,
} from './community.js';
export { type IdentityEventData, identityEvents } from './identity.js';
export { type IntakeEventData, channels, deviceClasses, intakeEvents } from './intake.js';
export {
  type KnowledgeEventData,
  articleOrigins,
  attemptOutcomes,
  correctionOutcomes,
  knowledgeEvents,
  ratingReasons,
  significances,
} from './knowledge.js';
export { personalDataIn, personalTexts } from './personal-data.js';
export { Data, Instant, oneOf, notPersonal, PersonalLongText, PersonalShortText, Uuid } from './schema.js';
export { Contracts, type EventContract, type Publisher } from './contracts.js';
export {
  contractOf,
  contracts,
  eventContracts,
  personalDataPaths,
  upcast,
  validateEventData,
  validatePublicEvent,
} from './registry.js';
export { type RoutingEventData, priorities, routingEvents } from './routing.js';
export {
  type EveryService,
  type Follower,
  type Importer,
  type ServiceEntry,
  type ServiceName,
  type Source,
  type TicketSource,
  defaultInstallation,
  feedServices,
  followers,
  followersOf,
  importers,
  serviceNames,
  services,
  sources,
  ticketSources,
} from './services.js';
export { progressTopics, topics } from './topics.js';
export { UnsupportedSchemaVersion } from './upcasting.js';
export type { Violation } from './schema-check.js';
