import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { LabelledSet } from './labelled-set.js';

/** @param path of a set as JSON, with gzip */
export const readLabelledSet = (path: string): LabelledSet =>
  JSON.parse(gunzipSync(readFileSync(path)).toString()) as LabelledSet;
