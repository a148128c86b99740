/** Rows that could not be imported: written where people can mend them, and counted by their reasons. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import type { RowRejected } from '../mapping/mistakes.js';

/** Rejections that have their reason in common. */
export interface RejectionKind {
  readonly reason: string;
  readonly rows: number;
  /** What to do about it; undefined where nothing better is known than to look. */
  readonly hint?: string;
  readonly example: { readonly line: number; readonly ticket: string; readonly reason: string };
}

/** So many kinds are told apart; what comes later is one more. */
const maxKinds = 50;
const others = 'other reasons';

export class RejectedRows implements Disposable {
  private descriptor: number | undefined;
  private readonly byKind = new Map<string, RejectionKind>();
  count = 0;
  readonly file: string;

  /** `<base>.rejected.csv` or `.rejected.jsonl`; the file of an earlier run is removed. */
  constructor(
    base: string,
    private readonly format: 'csv' | 'jsonl',
  ) {
    this.file = `${base}.rejected.${format}`;
    rmSync(this.file, { force: true });
  }

  /** Most frequent first. */
  get kinds(): readonly RejectionKind[] {
    return [...this.byKind.values()].sort((a, b) => b.rows - a.rows);
  }

  add(line: number, ticket: string, { message: reason, kind, hint }: RowRejected): void {
    this.count += 1;
    const name = this.byKind.has(kind) || this.byKind.size < maxKinds ? kind : others;
    const known = this.byKind.get(name) ?? { reason: name, rows: 0, hint, example: { line, ticket, reason } };
    this.byKind.set(name, { ...known, rows: known.rows + 1 });
    this.write(line, ticket, reason);
  }

  protected write(line: number, ticket: string, reason: string): void {
    if (this.descriptor === undefined) {
      this.descriptor = openSync(this.file, 'w');
      if (this.format === 'csv') writeSync(this.descriptor, 'line,ticket,reason\n');
    }
    const text =
      this.format === 'csv' ? `${line},${csv(ticket)},${csv(reason)}` : JSON.stringify({ line, ticket, reason });
    writeSync(this.descriptor, `${text}\n`);
  }

  [Symbol.dispose](): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
  }
}

/** A leading =, +, - or @ would be a formula to a spreadsheet. */
const csv = (text: string): string => `"${(/^[=+\-@]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
