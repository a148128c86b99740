/** Which columns a mapping reads, and where they stand in the file. */
import { closest } from '@guichet/config';
import { MappingError, type Mistake } from './mistakes.js';

/** A value of a row: text, several texts (a JSON array), or null where it is missing. */
export type Cell = string | readonly string[] | null;
/** The values of a row that the mapping reads, by slot. */
export type Cells = readonly Cell[];
/** What a CSV record (texts by position) or a JSON object has in a column. */
export type Reader<Record> = (record: Record) => unknown;

/** Collects the columns that the parts of a mapping mention; each distinct one gets a slot. */
export class Columns {
  private readonly slots = new Map<string, { readonly slot: number; readonly path: string }>();

  /** @param optional columns (or paths) that the file may lack: they are missing in every row then */
  constructor(private readonly optional: ReadonlySet<string> = new Set()) {}

  isOptional(reference: string): boolean {
    return this.optional.has(reference);
  }

  /** Where the mapping mentions a column first. */
  placeOf(reference: string): string {
    return this.slots.get(reference)?.path ?? '';
  }

  /** The slot of a column; `path` is where the mapping mentions it, for messages. */
  slot(reference: string, path: string): number {
    const known = this.slots.get(reference);
    if (known) return known.slot;
    const slot = this.slots.size;
    this.slots.set(reference, { slot, path });
    return slot;
  }

  get names(): readonly string[] {
    return [...this.slots.keys()];
  }

  /** Where each column stands; -1 for an optional one that is not there. @throws MappingError naming every other one */
  csvPositions(header: readonly string[], mappingFile: string): readonly number[] {
    const mistakes: Mistake[] = [];
    const positions = [...this.slots].map(([reference, { path }]) => {
      const position = csvPosition(reference, header);
      if (typeof position === 'number') return position;
      if (!this.isOptional(reference)) mistakes.push({ path, message: position });
      return -1;
    });
    const other = header.length === 1 ? /[;\t|,]/.exec(header[0]!)?.[0] : undefined;
    if (mistakes.length > 0 && other !== undefined) {
      const message = `the header is one column, "${header[0]}"; write delimiter: ${JSON.stringify(other)}`;
      throw new MappingError(mappingFile, [{ path: 'file.delimiter', message }]);
    }
    if (mistakes.length > 0 && mistakes.length === positions.length && header.some(isData)) {
      const message = `the first line, ${header.join(', ')}, looks like a row: say header: false, or header: [the names]`;
      mistakes.unshift({ path: 'file.header', message });
    }
    if (mistakes.length > 0) throw new MappingError(mappingFile, mistakes);
    return positions;
  }

  /** One reader per slot for JSON: `item` is an element of a list, `root` the whole line. */
  jsonReaders(): readonly ((item: unknown, root: unknown) => unknown)[] {
    return this.names.map((reference) => {
      const steps = jsonSteps(reference);
      return steps[0] === '$' ? (_, root) => walk(root, steps.slice(1)) : (item) => walk(item, steps);
    });
  }
}

/** Numbers and times are no names of columns. */
const isData = (name: string): boolean => /^[\d.,:/TZ -]*\d[\d.,:/TZ -]*$/.test(name);

/** 0-based position, or what is wrong with the reference. */
function csvPosition(reference: string, header: readonly string[]): number | string {
  const exact = header.flatMap((name, position) => (name === reference ? [position] : []));
  if (exact.length === 1) return exact[0]!;
  if (exact.length > 1) {
    const choices = exact.map((_, index) => `"${reference}#${index + 1}"`).join(', ');
    return `the file has ${exact.length} columns named "${reference}"; write ${choices}`;
  }
  const [, name = '', digits = ''] = /^(.*)#(\d+)$/s.exec(reference) ?? [];
  const nth = Number(digits);
  if (digits && name === '')
    return nth >= 1 && nth <= header.length ? nth - 1 : `the file has ${header.length} columns`;
  const named = header.flatMap((column, position) => (column === name ? [position] : []));
  if (digits && nth >= 1 && nth <= named.length) return named[nth - 1]!;
  const meant = closest(reference, header);
  return `the file has no column "${reference}"${meant ? `; did you mean "${meant}"?` : `; it has ${header.join(', ')}`}`;
}

type Step = string | { readonly index: number } | { readonly key: string; readonly equals: string };

/** `author.name`, `$.requester.email`, `tags[0]`, `fields[id=360].value`; `\.` is a dot within a name. */
export function jsonSteps(reference: string): readonly Step[] {
  return [...reference.matchAll(/((?:\\.|[^.[\]\\])+)|\[(\d+)\]|\[([^\]=]+)=([^\]]*)\]/g)].map(
    ([, name, index, key, equals]): Step => {
      if (index !== undefined) return { index: Number(index) };
      if (key !== undefined) return { key, equals: equals ?? '' };
      return (name ?? '').replace(/\\(.)/g, '$1');
    },
  );
}

/** Follows steps down a JSON value; a name applied to a list collects from every element. */
export function walk(value: unknown, steps: readonly Step[]): unknown {
  let current = value;
  for (const [index, step] of steps.entries()) {
    if (current === null || current === undefined) return undefined;
    if (Array.isArray(current) && typeof step === 'string') {
      const rest = steps.slice(index);
      return current.flatMap((element: unknown) => walk(element, rest) ?? []);
    }
    current = next(current, step);
  }
  return current;
}

function next(value: unknown, step: Step): unknown {
  if (typeof step === 'string') {
    return typeof value === 'object' && Object.hasOwn(value as object, step)
      ? (value as Record<string, unknown>)[step]
      : undefined;
  }
  if (!Array.isArray(value)) return undefined;
  if ('index' in step) return value[step.index] as unknown;
  return value.find((element: unknown) => textOf(next(element ?? {}, step.key)) === step.equals) as unknown;
}

/** A JSON scalar as text; undefined for what has no text. */
export const textOf = (value: unknown): string | undefined =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : undefined;
