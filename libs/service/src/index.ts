export { feedOperationsController, OPERATED_FEED } from './operations/feed-operations.http.js';
export { operationsController } from './operations/operations.http.js';
