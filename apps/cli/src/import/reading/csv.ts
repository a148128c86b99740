/** CSV (RFC 4180) read piece by piece, going on after a broken record. */
import { UnreadableFile } from '../mapping/mistakes.js';

export interface CsvRecord {
  /** Line of the file the record begins at, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
  /** The record as it stands in the file. */
  readonly raw: string;
  /** Why it cannot be used; `fields` is empty then. */
  readonly broken?: string;
}
export interface CsvOptions {
  readonly delimiter?: string;
  readonly quote?: string;
  /** Before a quote within a field, where that is not written twice. */
  readonly escape?: string;
  /** Lines before the first record that are none. */
  readonly skip?: number;
}

/** A quoted field that is still open after so many characters was never meant to be one. */
const maxQuoted = 1 << 20;
const maxRecord = 1 << 24;

/** @throws UnreadableFile when a line has no end within 16 Mi characters */
export async function* readCsv(chunks: AsyncIterable<string>, options: CsvOptions = {}): AsyncGenerator<CsvRecord[]> {
  const parser = new CsvParser(options);
  for await (const chunk of withNewlines(chunks)) yield parser.push(chunk);
  yield parser.end();
}

/** A file without a single line feed in so many characters has other line ends. */
const lineLooked = 1 << 16;

/** Old Macintosh files end their lines in a carriage return alone. */
async function* withNewlines(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let begin: string | undefined = '';
  let isMacintosh = false;
  for await (const chunk of chunks) {
    if (begin === undefined) {
      yield isMacintosh ? chunk.replaceAll('\r', '\n') : chunk;
      continue;
    }
    begin += chunk;
    if (!begin.includes('\n') && begin.length < lineLooked) continue;
    isMacintosh = !begin.includes('\n') && begin.includes('\r');
    yield isMacintosh ? begin.replaceAll('\r', '\n') : begin;
    begin = undefined;
  }
  if (begin) yield begin.replaceAll('\r', '\n');
}

/** Excel names the delimiter in a first line of its own. */
const delimiterLine = /^sep=(.)\r?\n/i;

class CsvParser {
  private text = '';
  private line = 1;
  private delimiter: string;
  private readonly quote: string;
  private readonly escape: string | undefined;
  private readonly isDelimiterGiven: boolean;
  private toSkip: number;

  constructor({ delimiter, quote = '"', escape, skip = 0 }: CsvOptions) {
    this.isDelimiterGiven = delimiter !== undefined;
    this.delimiter = delimiter ?? ',';
    this.quote = quote;
    this.escape = escape;
    this.toSkip = skip;
  }

  push(chunk: string): CsvRecord[] {
    this.text += chunk;
    return this.records(false);
  }

  end(): CsvRecord[] {
    return this.records(true);
  }

  private records(isLast: boolean): CsvRecord[] {
    const records: CsvRecord[] = [];
    let start = this.begin();
    if (this.toSkip > 0) return records;
    while (start < this.text.length) {
      const parsed = this.record(start, isLast);
      if (!parsed) break;
      const raw = this.text.slice(start, parsed.end).replace(/\r?\n$/, '');
      if (raw !== '')
        records.push({ line: this.line, fields: parsed.fields, raw, ...(parsed.broken && { broken: parsed.broken }) });
      this.line += newlines(this.text, start, parsed.end);
      start = parsed.end;
    }
    this.text = this.text.slice(start);
    if (this.text.length > maxRecord)
      throw new UnreadableFile(`line ${this.line} has no end within ${maxRecord} characters`);
    return records;
  }

  /** Passes over what stands before the first record; answers where that begins. */
  private begin(): number {
    let end = this.text.indexOf('\n');
    while (this.toSkip > 0 && end !== -1) {
      this.text = this.text.slice(end + 1);
      this.toSkip -= 1;
      this.line += 1;
      end = this.text.indexOf('\n');
    }
    const [line, delimiter] = this.line === 1 ? (delimiterLine.exec(this.text) ?? []) : [];
    if (line === undefined || delimiter === undefined) return 0;
    if (!this.isDelimiterGiven) this.delimiter = delimiter;
    this.line += 1;
    return line.length;
  }

  /** The record that begins at `start`, or undefined when the rest of it is not there yet. */
  private record(start: number, isLast: boolean): { fields: string[]; end: number; broken?: string } | undefined {
    const { text, delimiter, quote } = this;
    const fields: string[] = [];
    let newline = text.indexOf('\n', start);
    let at = start;
    for (;;) {
      if (text.startsWith(quote, at)) {
        const closing = this.closingQuote(at + 1);
        // At the end of a chunk the quote might be the first of a doubled one.
        const isOpen = closing === -1 || (closing + 1 >= text.length && !isLast);
        if (isOpen && !isLast && text.length - start < maxQuoted) return undefined;
        if (isOpen && closing === -1) return this.broken(start, 'a quoted field has no end');
        fields.push(this.unquoted(text.slice(at + 1, closing)));
        at = closing + 1;
        if (text.startsWith('\r', at) && (text[at + 1] === '\n' || at + 1 === text.length)) {
          if (at + 1 === text.length && !isLast) return undefined;
          at += 1;
        }
        if (at >= text.length) return { fields, end: at };
        if (text[at] === '\n') return { fields, end: at + 1 };
        if (text[at] !== delimiter) return this.broken(start, 'there is text after the closing quote of a field');
        if (newline !== -1 && newline < at) newline = text.indexOf('\n', at);
      } else {
        const lineEnd = newline === -1 ? text.length : newline;
        if (newline === -1 && !isLast) return undefined;
        const found = text.indexOf(delimiter, at);
        if (found === -1 || found > lineEnd) {
          fields.push(text.slice(at, text[lineEnd - 1] === '\r' && lineEnd > at ? lineEnd - 1 : lineEnd));
          return { fields, end: newline === -1 ? text.length : newline + 1 };
        }
        fields.push(text.slice(at, found));
        at = found;
      }
      at += 1;
    }
  }

  private closingQuote(from: number): number {
    const { text, quote } = this;
    let at = text.indexOf(quote, from);
    for (;;) {
      if (at !== -1 && this.isEscaped(at, from)) at = text.indexOf(quote, at + 1);
      else if (at !== -1 && text[at + 1] === quote) at = text.indexOf(quote, at + 2);
      else return at;
    }
  }

  /** An odd number of escapes stands before it. */
  private isEscaped(at: number, from: number): boolean {
    if (this.escape === undefined) return false;
    let begin = at;
    while (begin > from && this.text[begin - 1] === this.escape) begin -= 1;
    return (at - begin) % 2 === 1;
  }

  private unquoted(field: string): string {
    const { quote, escape } = this;
    const plain = field.replaceAll(quote + quote, quote);
    if (escape === undefined) return plain;
    return plain.replaceAll(escape + quote, quote).replaceAll(escape + escape, escape);
  }

  /** Only the line the record begins at is given up: the next one may be sound. */
  private broken(start: number, reason: string) {
    const newline = this.text.indexOf('\n', start);
    return { fields: [], end: newline === -1 ? this.text.length : newline + 1, broken: reason };
  }
}

function newlines(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
