export { feedOperationsController, OPERATED_FEED } from './operations/feed-operations.http.js';
export { Changes } from './live/changes.js';
export type { LiveView, News, Turn } from './live/live-view.js';
export { LiveViews } from './live/live-views.runtime.js';
export { operationsController } from './operations/operations.http.js';
