/** A whole file through the mapping, without any server: for the tests against known figures. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileMapping } from '../mapping/compile.js';
import { loadMapping } from '../mapping/load-mapping.js';
import { RejectedRows } from '../reading/rejected.js';
import { stageFile } from '../reading/stage-file.js';
import { Staging } from '../reading/staging.js';
import { factsOf, type TicketFacts } from './independent-fold.js';

export async function factsOfFile(file: string, mappingFile: string) {
  const folder = mkdtempSync(join(tmpdir(), 'guichet-truth-'));
  const compiled = compileMapping(loadMapping(mappingFile), mappingFile);
  using staging = new Staging(compiled);
  using rejected = new RejectedRows(join(folder, 'log'), 'csv');
  const { staged } = await stageFile(file, compiled, { staging, rejected, onProgress: () => undefined });
  const tickets: TicketFacts[] = [];
  let rejections = staged.rejected;
  for (const { key, rows } of staging.tickets()) {
    const folded = compiled.fold('5c1f6f57-6f0f-4b0c-8f31-5b2f1f6d9f10', key, rows);
    rejections += folded.rejected.length;
    tickets.push(factsOf(key, folded.events));
  }
  rmSync(folder, { recursive: true });
  return { tickets, staged, rejections };
}
