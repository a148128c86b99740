export {
  type DemoMark,
  type DemoPart,
  type ForumOptions,
  type Marks,
  seedDemo,
  seedDemoForum,
  type SeedOptions,
} from './seed-demo.js';
