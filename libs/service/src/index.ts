export { defineService, type Service, SERVICE_SETTINGS } from './define-service.js';
export { Freshness } from './freshness.js';
export { Changes } from './live/changes.js';
export type { LiveView, News, Turn } from './live/live-view.js';
export { LiveViews } from './live/live-views.runtime.js';
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
