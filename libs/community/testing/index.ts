export { TestForum } from './test-forum.js';
