/** Routing's decisions on a ticket, for tests that ask whether both services come to tell the same of it. */
export { handlingDecider } from './handling/decide.js';
export { type Handling, type HandlingCommand, type HandlingEvent } from './handling/handling.js';
export { commandAfter, type IntakeFact } from './intake-facts.js';
