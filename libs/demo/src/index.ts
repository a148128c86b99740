export { type DemoMark, type DemoPart, type Marks, seedDemo, type SeedOptions } from './seed-demo.js';
