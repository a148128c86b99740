export { commandOptions, newIdOf, now } from './http/commands.http.js';
export { NoBody } from './http/no-body.http.js';
export { page, PageOf } from './http/page.http.js';
export { ChangedAnswer, CommandResponse, QueryResponse, Refuses } from './http/responses.http.js';
export { Transact, TransactHandler } from './http/transact.handler.js';
export { feedOperationsController, OPERATED_FEED } from './operations/feed-operations.http.js';
export { operationsController } from './operations/operations.http.js';
