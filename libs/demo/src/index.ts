export { type DemoMark, type Marks, seedHistory, type SeedOptions } from './seed-history.js';
