export { FollowedAccounts, userIdOf } from './accounts/followed-accounts.runtime.js';
export { defineService, type Service, SERVICE_SETTINGS } from './define-service.js';
export type { DatabasePlace, Migrated } from './database/service-database.js';
export { type SightEvent, StaffSight } from './desk/staff-sight.query.js';
export { Freshness } from './freshness.js';
export { commandOptions, newIdOf, now } from './http/commands.http.js';
export { NoBody } from './http/no-body.http.js';
export { page, PageOf } from './http/page.http.js';
export { ChangedAnswer, CommandResponse, LiveStream, QueryResponse, Refuses } from './http/responses.http.js';
export {
  FoundPageOf,
  MarkedAnswer,
  maxAsked,
  markedAnswer,
  maxQuery,
  mustBeShort,
  OperatorQuery,
  queryRefusals,
  refusing,
  wrongQuery,
} from './http/search.http.js';
export { Transact } from './http/transact.handler.js';
export { Changes } from './live/changes.js';
export { MergeLock } from './merging/merge-lock.store.js';
export type { LiveView, News, Turn } from './live/live-view.js';
export { LiveViews } from './live/live-views.runtime.js';
export { type NumberedThings, TenantNumbers } from './numbers/tenant-numbers.store.js';
export type {
  Companion,
  CompanionDefinition,
  LogName,
  Policy,
  PolicyDefinition,
  ReadModelDefinition,
  ServiceDefinition,
  ServiceSettings,
} from './service-definition.js';
export { type Fields, type ImportPlan, type ImportRules, planImport } from './imports/import-plan.js';
export { ImportHandler, type ImportResult, ImportStreams } from './imports/imports.handler.js';
export { ImportAnswer, ImportBodyOf, Streams } from './imports/imports.http.js';
export { StoredStreams } from './imports/stored-streams.store.js';
