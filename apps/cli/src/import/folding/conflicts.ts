/** Rows of one ticket that tell different things of what a ticket has once: perhaps they are several tickets. */
import type { Mapping } from '../mapping/language.js';
import { compileTime, compileValue, type Row, type Scope } from '../mapping/values.js';

export interface Conflict {
  /** Such as `ticket.requester`. */
  readonly place: string;
  readonly values: readonly { readonly line: number; readonly text: string }[];
}

const once = ['number', 'requester', 'requesterEmail', 'subject'] as const;

/** Only values that are taken from the first row that knows them: others are meant to change. */
export function compileConflicts({ ticket }: Mapping, scope: Scope): (rows: readonly Row[]) => readonly Conflict[] {
  const texts = once.flatMap((name) => {
    const value = ticket[name];
    if (value === undefined || (typeof value === 'object' && value.take !== undefined)) return [];
    const read = compileValue(value, `ticket.${name}`, scope);
    return [{ place: `ticket.${name}`, read: ({ cells }: Row) => read(cells) }];
  });
  const { opened } = ticket;
  if (opened !== undefined && (typeof opened === 'string' || opened.take === undefined)) {
    const read = compileTime(opened, 'ticket.opened', scope);
    texts.push({ place: 'ticket.opened', read: ({ cells }) => timeText(read, cells) });
  }
  return (rows) =>
    rows.length < 2
      ? []
      : texts.flatMap(({ place, read }) => {
          const values = different(rows, read);
          return values.length > 1 ? [{ place, values }] : [];
        });
}

function timeText(read: ReturnType<typeof compileTime>, cells: Row['cells']): string | undefined {
  try {
    const at = read(cells);
    return at === undefined ? undefined : new Date(at).toISOString();
  } catch {
    // No time: the opening rejects it where it is needed.
    return undefined;
  }
}

/** The first value, and the first that differs from it. */
function different(rows: readonly Row[], read: (row: Row) => string | undefined): Conflict['values'] {
  let first: { line: number; text: string } | undefined;
  for (const row of rows) {
    const text = read(row);
    if (text === undefined) continue;
    if (first === undefined) first = { line: row.line, text };
    else if (text !== first.text) return [first, { line: row.line, text }];
  }
  return [];
}
