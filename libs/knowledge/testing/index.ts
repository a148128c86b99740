export { type Packed, tarOf, zipOf } from './archives.js';
export { pngOf } from './pictures.js';
