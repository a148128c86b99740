import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { LabelledSet } from '@guichet/search/quality';

/** A set of the folder that GUICHET_REAL_LOGS names. */
export function labelledSet(name: string): LabelledSet {
  const file = join(process.env['GUICHET_REAL_LOGS'] ?? '', 'search', `${name}.json.gz`);
  if (!existsSync(file))
    throw new Error(`There is no ${file}: set GUICHET_REAL_LOGS to the folder of the labelled sets.`);
  return JSON.parse(gunzipSync(readFileSync(file)).toString()) as LabelledSet;
}
