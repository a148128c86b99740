/** Guichet's HTTP for programs: tools, tests, the portal and the desk. Runs in Node and in browsers. */
export { type AccessClaims, claimsOf } from './claims.js';
export {
  type Answer,
  type ClientOptions,
  type Fetch,
  GuichetClient,
  type LiveOptions,
  type RequestOptions,
  type SendOptions,
} from './client.js';
export { ApiError, type FieldProblem, HostRestarts, NoAnswer, Refused } from './errors.js';
export { Positions } from './positions.js';
export type { LiveEvent } from './sse.js';
export { clientCredentials, type Credentials, fixedToken, type Grant, type TokenSource } from './tokens.js';
