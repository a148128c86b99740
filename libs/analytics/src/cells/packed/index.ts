/** Packed cells: see README.md beside this file. */
export { addPacked } from './add-packed.js';
export { Cell, eachMetric, type PackedColumns, unpack } from './cell.js';
export { backlogColumn, cellColumns, columnOfKey } from './columns.js';
export { eachPacked, PackedSum } from './packed-sum.js';
export type { Reader } from './varint.js';
