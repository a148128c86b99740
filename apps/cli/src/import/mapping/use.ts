/** What a mapping met while a file was read and folded: most mistakes show there, and only there. */

/** A time without an offset, and what it means in two zones. */
export interface LocalTime {
  readonly place: string;
  readonly text: string;
  readonly at: number;
  /** In the other zone. */
  readonly otherwise: number;
}

/** A format whose day and month might be the other way round. */
export interface DayAndMonth {
  readonly place: string;
  readonly swapped: string;
  /** A text that both would read, as different days. */
  readonly text: string;
  readonly at: number;
  readonly otherwise: number;
}

/** A place that meets thousands of different values is no enumeration: nobody needs more of them. */
const maxValues = 1000;

export class MappingUse {
  /** Values no `map` (or state) names: place in the mapping → value → how often it was met. */
  readonly unmapped = new Map<string, Map<string, number>>();
  /** How often a rule, moment or rows.ignore held, by its place. */
  readonly held = new Map<string, number>();
  /** Values that conditions compare with: column → value → where the mapping says it. */
  readonly compared = new Map<string, Map<string, string>>();
  localTime: LocalTime | undefined;
  /** Formats whose day and month may be swapped; false once a text tells. */
  readonly dayAndMonth = new Map<string, DayAndMonth | false>();
  /** Rows whose actor is a machine. */
  botsFound = 0;

  countUnmapped(path: string, value: string): void {
    const counts = this.unmapped.get(path) ?? new Map<string, number>();
    this.unmapped.set(path, counts);
    if (counts.has(value) || counts.size < maxValues) counts.set(value, (counts.get(value) ?? 0) + 1);
  }

  /** A place that may hold; it is known from the beginning, so that the ones that never do can be told. */
  watch(path: string): () => void {
    this.held.set(path, 0);
    return () => void this.held.set(path, (this.held.get(path) ?? 0) + 1);
  }

  compare(column: string, values: readonly string[], path: string): void {
    const known = this.compared.get(column) ?? new Map<string, string>();
    this.compared.set(column, known);
    for (const value of values) known.set(value, path);
  }
}
