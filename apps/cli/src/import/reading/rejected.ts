/** Rows that could not be imported, written where people can mend them. */
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

export class RejectedRows implements Disposable {
  private descriptor: number | undefined;
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

  add(line: number, ticket: string, reason: string): void {
    this.count += 1;
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
