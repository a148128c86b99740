/** Runs a mapping over the text of a file, for tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImportedEvent } from '../folding/ticket.js';
import { compileMapping } from '../mapping/compile.js';
import { parseMapping } from '../mapping/load-mapping.js';
import { findingsOf } from '../findings.js';
import { planImport } from '../plan.js';
import { RejectedRows } from '../reading/rejected.js';
import { stageFile } from '../reading/stage-file.js';
import { Staging } from '../reading/staging.js';

/** `time type {data} by kind id`, without the ticket's id; times without their date where that is 2025-01-01. */
export function describeEvent({ type, data: { at, ticketId: _, ...data }, actor }: ImportedEvent): string {
  const time = String(at).replace('2025-01-01T', '').replace(':00.000Z', '');
  const shown = Object.keys(data).length > 0 ? ` ${JSON.stringify(data)}` : '';
  const who = actor.kind === 'import' ? '' : ` by ${actor.kind}${actor.id === undefined ? '' : ` ${actor.id}`}`;
  return `${time} ${type}${shown}${who}`;
}

class RememberedRows extends RejectedRows {
  readonly rejections: string[] = [];

  protected override write(line: number, ticket: string, reason: string): void {
    this.rejections.push(`${line} ${ticket} ${reason}`.replace('  ', ' '));
  }
}

const now = '2026-01-01T00:00:00.000Z';

export async function tryMapping(mappingText: string, file: string | Buffer, name = 'log.csv') {
  const folder = mkdtempSync(join(tmpdir(), 'guichet-mapping-'));
  const path = join(folder, name);
  writeFileSync(path, file);
  try {
    const compiled = compileMapping(parseMapping(mappingText, 'mapping.yaml'), 'mapping.yaml');
    using staging = new Staging(compiled);
    using rejected = new RememberedRows(path, 'csv');
    const { staged, use } = await stageFile(path, compiled, { staging, rejected, onProgress: () => undefined });
    const plan = planImport(compiled, staging, rejected, { now });
    const allRejected = staged.rejected + plan.rejected;
    const facts = { compiled, staged, columns: use, plan, rejected: allRejected, maxRejectedPercent: 5 };
    const findings = findingsOf(facts).map(({ level, place, says }) => `${level} ${place}: ${says}`);
    const { rejections } = rejected;
    const events = [...staging.tickets()].flatMap(
      ({ key, rows }) => compiled.fold('0f6f0b7e-9a5c-4b39-8a43-6d3b4c0f1a11', key, rows).events,
    );
    return {
      staged,
      plan,
      events,
      told: events.map(describeEvent),
      rejections,
      findings,
      kinds: rejected.kinds,
      unmapped: compiled.use.unmapped,
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Only the events after TicketOpened and TicketQueued, which most tests are not about. */
export const afterOpening = (told: readonly string[]): readonly string[] =>
  told.filter((event) => !/ (TicketOpened|TicketQueued) /.test(event));
