export type { Comparison, ComparisonOptions, NotDerivable, Truth } from './figures.js';
export { compareHelpdeskItaly } from './helpdesk-italy.js';
export { compareUci498 } from './uci498.js';
