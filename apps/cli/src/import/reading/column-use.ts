/** What the columns of a mapping met in a file: a path that matches nothing is a mistake that nobody sees. */
import { closest } from '@guichet/config';
import type { Cell } from '../mapping/columns.js';
import { nothings } from '../mapping/values.js';

export interface ColumnCount {
  /** Rows that have the column at all; of a CSV file all of them, unless it is optional and not there. */
  readonly found: number;
  /** Rows where it has a value. */
  readonly known: number;
  /** Rows where it is an object, or a list of objects, which have no text. */
  readonly withoutText: number;
  /** Different values; null beyond 50,000. */
  readonly different: number | null;
}

const maxDistinct = 50_000;
const maxTextLength = 300;
/** Rows whose field names are remembered for suggestions, and how many names. */
const rowsLookedAt = 1_000;
const maxNames = 500;
const maxDepth = 4;

interface Counts {
  found: number;
  known: number;
  withoutText: number;
}

export class ColumnUse {
  private readonly counts: readonly Counts[];
  private readonly values: readonly Set<string>[];
  private readonly names = new Set<string>();
  private readonly markers = new Map<string, Map<string, number>>();
  private rows = 0;
  private read = 0;

  constructor(readonly columns: readonly string[]) {
    this.counts = columns.map(() => ({ found: 0, known: 0, withoutText: 0 }));
    this.values = columns.map(() => new Set<string>());
  }

  /** @param raw what the file has there, undefined for nothing at all */
  see(slot: number, raw: unknown, cell: Cell): void {
    const counts = this.counts[slot]!;
    if (slot === 0) this.read += 1;
    if (raw !== undefined) counts.found += 1;
    if (cell !== null) {
      counts.known += 1;
      this.remember(slot, typeof cell === 'string' ? cell : cell.join(', '));
    } else if (isWithoutText(raw)) counts.withoutText += 1;
  }

  /** Field names of a row, so that a path that matches nothing can be compared with those there are. */
  look(item: unknown, root: unknown): void {
    this.rows += 1;
    if (this.rows > rowsLookedAt) return;
    if (item !== root) namesIn(item, '', this.names, maxDepth);
    namesIn(root, item === root ? '' : '$.', this.names, maxDepth);
  }

  get of(): Readonly<Record<string, ColumnCount>> {
    const entries = this.columns.map((name, slot) => {
      const { size } = this.values[slot]!;
      return [name, { ...this.counts[slot]!, different: size > maxDistinct ? null : size }] as const;
    });
    return Object.fromEntries(entries);
  }

  /** Existing names that a path may have meant, nearest first. */
  near(path: string): readonly string[] {
    const names = [...this.names];
    const last = path.split('.').at(-1) ?? path;
    const meant = closest(path, names) ?? closest(`$.${path}`, names) ?? closest(path.replace(/^\$\./, ''), names);
    const sameEnd = names.filter((name) => name.split('.').at(-1)?.toLowerCase() === last.toLowerCase());
    const within = names.filter((name) => name.startsWith(`${path}.`));
    const found = [...new Set([...(meant === undefined ? [] : [meant]), ...within, ...sameEnd])].filter(
      (name) => name !== path,
    );
    return found.slice(0, 5);
  }

  /** Rows that could be read: the others have no columns to look at. */
  get readable(): number {
    return this.read;
  }

  /** Text that people write for nothing → column → rows; only what the mapping does not call missing arrives here. */
  get likelyMissing(): ReadonlyMap<string, ReadonlyMap<string, number>> {
    return this.markers;
  }

  private remember(slot: number, text: string): void {
    const values = this.values[slot]!;
    if (text.length <= maxTextLength && values.size <= maxDistinct) values.add(text);
    if (text.length > 20 || !nothings.has(text.toLowerCase())) return;
    const columns = this.markers.get(text) ?? new Map<string, number>();
    this.markers.set(text, columns.set(this.columns[slot]!, (columns.get(this.columns[slot]!) ?? 0) + 1));
  }

  /** Whether a column ever had this value; undefined when too many differ to know. */
  has(column: string, value: string): boolean | undefined {
    const values = this.values[this.columns.indexOf(column)];
    if (!values || values.has(value)) return values?.has(value);
    return values.size > maxDistinct || value.length > maxTextLength ? undefined : false;
  }

  /** The value of a column that is nearest to one that it never had. */
  nearest(column: string, value: string): string | undefined {
    const values = this.values[this.columns.indexOf(column)];
    if (!values || values.size > 1_000) return undefined;
    return closest(value, [...values]);
  }
}

const isWithoutText = (raw: unknown): boolean =>
  Array.isArray(raw) ? raw.some(isWithoutText) : typeof raw === 'object' && raw !== null;

function namesIn(value: unknown, prefix: string, names: Set<string>, depth: number): void {
  if (depth === 0 || names.size >= maxNames || typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const element of value.slice(0, 3)) namesIn(element, prefix, names, depth);
    return;
  }
  for (const [name, inner] of Object.entries(value)) {
    const path = `${prefix}${name.replaceAll('.', '\\.')}`;
    if (names.size < maxNames) names.add(path);
    namesIn(inner, `${path}.`, names, depth - 1);
  }
}
